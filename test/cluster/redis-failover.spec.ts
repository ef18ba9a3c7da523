import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import { feeds, follows, haveNothingDue } from '../support/health.js';
import type { KillableService } from '../support/killable-service.js';
import { RedisPair } from '../support/redis-pair.js';
import { SmsGateway } from '../support/sms-gateway.js';

/** In ms: a job that the replica takes for begun waits for the end of its lock, and for two rounds that look for such. */
const BEGUN_AGAIN_WITHIN = 45_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function clusterOnPair(): Promise<{
  pair: RedisPair;
  gateway: SmsGateway;
  cluster: ClusterOfProcesses;
}> {
  const pair = await RedisPair.start();
  closing.push(() => pair.stop());
  const gateway = await SmsGateway.start();
  closing.push(() => gateway.close());
  const { url } = await pair.address();
  const cluster = await ClusterOfProcesses.start(undefined, 'moomoo', {
    LATCHKEY_REDIS_URL: url,
    LATCHKEY_SMS_URL: gateway.url,
  });
  closing.push(() => cluster.stop());
  return { pair, gateway, cluster };
}

const isActive = async (process: KillableService): Promise<boolean> =>
  (await feeds(process)) && (await follows(process));

describe('a service whose Redis fails over to a replica that lacks the last writes', () => {
  it('C7: forgets nothing that it answered, does nothing twice, also while two processes feed the same read models', async () => {
    const { pair, gateway, cluster } = await clusterOnPair();
    const second = await pair.address();
    const ofSecond = { LATCHKEY_REDIS_URL: second.url };
    const apis = [await cluster.process('api'), await cluster.processWith(ofSecond, 'api')] as const;
    const one = await cluster.process('projector', 'worker');
    await eventually(() => isActive(one));
    const other = await cluster.processWith(ofSecond, 'projector', 'worker');
    const way = await cluster.behindProxy(...apis);
    const backends = new Backends(way);
    /** One more backend, and so much that all of them are answered. */
    const further = async (): Promise<void> => {
      backends.begin();
      await backends.further(30);
      await eventually(() => backends.all.every(({ signIns }) => signIns > 0) || backends.hasFailed);
    };

    await further();
    await pair.stopReplication();
    await further();
    // The replica takes writes while the primary still does: nobody renews there what was leased here.
    second.wire.leadTo(pair.replica.port);
    await eventually(async () => ((await isActive(one)) && (await isActive(other))) || backends.hasFailed);
    await further();
    await pair.failOver();
    await further();
    await backends.stop();
    expect(backends.refusals.filter((code) => code !== 'try-again')).toStrictEqual([]);

    const ends = new Set<string>();
    const spent = backends.answered.filter(({ path }) => /\/(verify|passkeys)$/u.test(path));
    for (const { answer, body, method, path, key } of spent) {
      for (const [index, api] of apis.entries()) {
        const again = await api.post(method, path, index === 0 ? key : randomUUID(), body);
        const { code } = JSON.parse(again?.text ?? '{}') as { code?: string };
        ends.add(again?.text === answer.text ? 'the same answer' : `${again?.status} ${code}`);
      }
    }
    // So is one refused that sixteen later ones have overtaken.
    ends.delete('410 ceremony-expired');
    expect([...ends].toSorted()).toStrictEqual([
      '403 grant-spent',
      '409 ceremony-already-used',
      'the same answer',
    ]);
    expect(await backends.recorded()).toStrictEqual(backends.expected());
    const before = await backends.views();
    await cluster.rebuildAll();
    expect(await backends.views()).toStrictEqual(before);
    // Of each passkey that was added, one message: sent again under its own id, where a worker doesn't know that it was sent.
    await eventually(() => haveNothingDue(one, other), BEGUN_AGAIN_WITHIN);
    expect(gateway.messages.size).toBe(backends.all.length);
    expect(new Set([...gateway.messages.values()]).size).toBe(backends.all.length);
  }, 240_000);

  it('C7: sends what only the lost primary knew was to be sent, though nothing else happens', async () => {
    const { pair, gateway, cluster } = await clusterOnPair();
    gateway.takes = false;
    const api = await cluster.process('api');
    const worker = await cluster.process('projector', 'worker');
    const way = await cluster.behindProxy(api);
    await eventually(() => isActive(worker));
    const attest = async (): Promise<void> => {
      const answer = await api.post(
        'POST',
        '/v1/moomoo/accounts/quiet/security-checks/attest',
        randomUUID(),
        {
          factor: 'password',
          purpose: 'sign-in',
          outcome: 'failed',
        },
      );
      expect(answer?.status).toBeLessThan(300);
    };
    await way.post('PUT', '/v1/moomoo/accounts/quiet', randomUUID(), { phone: '+8618512345678' });
    await pair.stopReplication();
    // The tenth wrong entry locks, and of that the account holder is told.
    for (let wrong = 0; wrong < 10; wrong++) await attest();
    await eventually(() => gateway.refused > 0);
    await pair.failOver();
    gateway.takes = true;
    await eventually(() => gateway.messages.size === 1);
  }, 120_000);
});
