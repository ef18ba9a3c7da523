import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { BackendAtWork, expectedOf, recordedOf, viewsOf } from '../support/backend-at-work.js';
import type { Reachable } from '../support/backend-at-work.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { eventually } from '../support/eventually.js';
import type { KillableService } from '../support/killable-service.js';
import { SmsGateway } from '../support/sms-gateway.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BACKENDS = 3;
const CUTS = 8;
/** Whoever waits knocks less and less often, once a second in the end: this many take some three seconds. */
const KNOCKS = 60;

interface Health {
  readonly status: string;
  readonly projections: readonly { readonly status: string; readonly lag: number }[];
  readonly processes: readonly { readonly status: string; readonly lag: number }[];
  readonly jobs: Readonly<Record<'waiting' | 'due' | 'running' | 'dead', number>>;
}

/** It is ready, and has nothing left to do. */
async function hasCaughtUp(service: KillableService): Promise<boolean> {
  const health = (await service.get('/health/ready').catch(() => undefined)) as Health | undefined;
  if (health === undefined) return false;
  const { jobs, processes, projections, status } = health;
  const keptUp = [...projections, ...processes].every((each) => each.status === 'running' && each.lag === 0);
  return status === 'ok' && keptUp && Object.values(jobs).every((count) => count === 0);
}

describe('a service whose event store, a protocol double of EventStoreDB, is cut off again and again', () => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('C7: answers or says that it can be asked again, and does everything once, to the last notice', async () => {
    const double = await EventStoreDbDouble.start();
    closing.push(() => double.stop());
    const wire = await BreakableWire.to(double.port);
    closing.push(() => wire.close());
    const gateway = await SmsGateway.start();
    closing.push(() => gateway.close());
    const warnings = join(temporaryFolder(), 'warnings');
    const cluster = await ClusterOfProcesses.start(undefined, 'moomoo', {
      LATCHKEY_EVENTSTOREDB_URL: `esdb://127.0.0.1:${wire.port}?tls=false`,
      LATCHKEY_SMS_URL: gateway.url,
      NODE_OPTIONS: `--redirect-warnings=${warnings}`,
    });
    closing.push(() => cluster.stop());
    const service = await cluster.process('api', 'projector', 'worker');

    const refusals: string[] = [];
    let isTold = (): void => undefined;
    const told = new Promise<void>((resolve) => (isTold = resolve));
    let unanswered = 0;
    const asked: Reachable = {
      origin: 'https://www.moomoo.com',
      get: (path) => service.get(path),
      // Whoever is told to ask again asks again, with the same idempotency key.
      post: async (...call) => {
        const answer = await service.post(...call);
        if (answer === undefined) unanswered += 1;
        if (answer?.status !== 503) return answer;
        refusals.push((JSON.parse(answer.text) as { code: string }).code);
        if (refusals.length === BACKENDS) isTold();
        return undefined;
      },
    };
    let answers = 0;
    const backend = (index: number): BackendAtWork => new BackendAtWork(asked, () => (answers += 1), index);
    const steady = Array.from({ length: BACKENDS }, (_, index) => backend(index));
    const newcomers: BackendAtWork[] = [];
    let ended = false;
    // Account after account that adds a passkey, of which its holder is told.
    const arrivals = async (): Promise<void> => {
      while (!ended) {
        const newcomer = backend(BACKENDS + newcomers.length);
        newcomer.stopped = true;
        newcomers.push(newcomer);
        await newcomer.work();
      }
    };
    const work = Promise.all([...steady.map((each) => each.work()), arrivals()]).finally(
      () => (ended = true),
    );
    const further = async (): Promise<void> => {
      const wanted = answers + 20;
      await eventually(() => answers >= wanted || ended);
    };

    for (let cut = 0; cut < CUTS; cut++) {
      await further();
      // What is written then, its writer doesn't hear of.
      const cutOff = new Promise<void>((resolve) => {
        double.faults.onceWritten = () => {
          wire.cut();
          resolve();
        };
      });
      await Promise.race([cutOff, work]);
    }
    await further();
    wire.leave();
    await eventually(() => wire.turnedAway >= KNOCKS || ended);
    wire.comeBack();
    await further();
    expect(refusals).toStrictEqual([]);
    wire.leave();
    await expect(service.get('/health/ready')).rejects.toThrow('503');
    // Calls still wait then.
    expect(refusals).toStrictEqual([]);
    await Promise.race([told, work]);
    wire.comeBack();
    await further();
    await further();
    expect(ended).toBe(false);

    ended = true;
    for (const each of steady) each.stopped = true;
    await work;
    expect(new Set(refusals)).toStrictEqual(new Set(['try-again']));
    expect(unanswered).toBe(0);
    await eventually(() => hasCaughtUp(service));
    const everybody = [...steady, ...newcomers];
    for (const { answer, body, key, method, path } of everybody.flatMap(({ answered }) => answered))
      expect(await service.post(method, path, key, body)).toStrictEqual(answer);
    for (const each of everybody) expect(await recordedOf(asked, each)).toStrictEqual(expectedOf(each));
    const before = await viewsOf(asked, everybody);
    await cluster.rebuildAll();
    expect(await viewsOf(asked, everybody)).toStrictEqual(before);
    await eventually(() => hasCaughtUp(service));
    const registered = double.idsOf('PasskeyRegistered');
    expect(registered).toHaveLength(everybody.length);
    expect(gateway.received.toSorted()).toStrictEqual(
      registered.map((id) => `notice.${id}.0.sms.now`).toSorted(),
    );
    expect(existsSync(warnings)).toBe(false);
  }, 240_000);
});
