import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BackendAtWork, expectedOf, recordedOf, viewsOf } from '../support/backend-at-work.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import type { KillableService } from '../support/killable-service.js';
import { RedisPair } from '../support/redis-pair.js';
import { SmsGateway } from '../support/sms-gateway.js';

interface Health {
  readonly projections: readonly { readonly status: string }[];
  readonly processes: readonly { readonly status: string; readonly lag: number }[];
  readonly jobs: { readonly due: number; readonly running: number };
}

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

const healthOf = async (process: KillableService): Promise<Health | undefined> =>
  (await process.get('/health/ready').catch(() => undefined)) as Health | undefined;

const isActive = async (process: KillableService): Promise<boolean> => {
  const health = await healthOf(process);
  return (
    health !== undefined &&
    [...health.projections, ...health.processes].every((each) => each.status === 'running')
  );
};

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
    const refusals = new Set<string>();
    const asked = {
      ...way,
      // Whoever is told to ask again asks again, with the same idempotency key.
      post: async (...call: Parameters<typeof way.post>) => {
        const answer = await way.post(...call);
        if (answer?.status !== 503) return answer;
        refusals.add((JSON.parse(answer.text) as { code: string }).code);
        return undefined;
      },
    };
    let answers = 0;
    let failed = false;
    const backends: BackendAtWork[] = [];
    const work: Promise<void>[] = [];
    /** One more backend, and so much that all of them are answered. */
    const further = async (): Promise<void> => {
      const backend = new BackendAtWork(asked, () => (answers += 1), backends.length);
      backends.push(backend);
      const working = backend.work();
      working.catch(() => (failed = true));
      work.push(working);
      const wanted = answers + 30;
      await eventually(() => (answers >= wanted && backend.signIns > 0) || failed);
    };

    await further();
    await pair.stopReplication();
    await further();
    // The replica takes writes while the primary still does: nobody renews there what was leased here.
    second.wire.leadTo(pair.replica.port);
    await eventually(async () => ((await isActive(one)) && (await isActive(other))) || failed);
    await further();
    await pair.failOver();
    await further();
    for (const backend of backends) backend.stopped = true;
    await Promise.all(work);
    expect([...refusals].filter((code) => code !== 'try-again')).toStrictEqual([]);

    const ends = new Set<string>();
    for (const { answered } of backends) {
      const spent = answered.filter(({ path }) => /\/(verify|passkeys)$/u.test(path));
      for (const { answer, body, method, path, key } of spent) {
        for (const [index, api] of apis.entries()) {
          const again = await api.post(method, path, index === 0 ? key : randomUUID(), body);
          const { code } = JSON.parse(again?.text ?? '{}') as { code?: string };
          ends.add(again?.text === answer.text ? 'the same answer' : `${again?.status} ${code}`);
        }
      }
    }
    // So is one refused that sixteen later ones have overtaken.
    ends.delete('410 ceremony-expired');
    expect([...ends].toSorted()).toStrictEqual([
      '403 grant-spent',
      '409 ceremony-already-used',
      'the same answer',
    ]);
    for (const backend of backends) expect(await recordedOf(way, backend)).toStrictEqual(expectedOf(backend));
    const before = await viewsOf(way, backends);
    await cluster.rebuildAll();
    expect(await viewsOf(way, backends)).toStrictEqual(before);
    // Of each passkey that was added, one message: sent again under its own id, where a worker doesn't know that it was sent.
    await eventually(async () => {
      const health = await healthOf(one);
      const isDone = health?.jobs.due === 0 && health.jobs.running === 0;
      return isDone && health.processes.every(({ lag }) => lag === 0);
    });
    expect(gateway.messages.size).toBe(backends.length);
    expect(new Set([...gateway.messages.values()]).size).toBe(backends.length);
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
