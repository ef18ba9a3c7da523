import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { eventually } from '../support/eventually.js';
import { healthOf } from '../support/health.js';
import type { KillableService } from '../support/killable-service.js';
import { SmsGateway } from '../support/sms-gateway.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BACKENDS = 3;
const CUTS = 8;
/** Whoever waits knocks less and less often, once a second in the end: this many take some three seconds. */
const KNOCKS = 60;
/** In ms: an append is tried for half a minute before its caller is told to try again. */
const TOLD_WITHIN = 60_000;

/** It is ready, and has nothing left to do. */
async function hasCaughtUp(service: KillableService): Promise<boolean> {
  const health = await healthOf(service);
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

    const backends = new Backends(cluster.straightTo(service));
    backends.begin(BACKENDS);
    let isOver = false;
    // Account after account that adds a passkey, of which its holder is told.
    const arrivals = async (): Promise<void> => {
      while (!isOver) await backends.newcomer();
    };
    const arriving = arrivals();

    for (let cut = 0; cut < CUTS; cut++) {
      await backends.further(20);
      // What is written then, its writer doesn't hear of.
      let isCut = false;
      double.faults.onceWritten = () => {
        wire.cut();
        isCut = true;
      };
      await eventually(() => isCut || backends.hasFailed);
    }
    await backends.further(20);
    wire.leave();
    await eventually(() => wire.turnedAway >= KNOCKS || backends.hasFailed);
    wire.comeBack();
    await backends.further(20);
    expect(backends.refusals).toStrictEqual([]);
    wire.leave();
    await expect(service.get('/health/ready')).rejects.toThrow('503');
    // Calls still wait then.
    expect(backends.refusals).toStrictEqual([]);
    await eventually(() => backends.refusals.length >= BACKENDS || backends.hasFailed, TOLD_WITHIN);
    wire.comeBack();
    await backends.further(20);
    await backends.further(20);
    isOver = true;
    await arriving;
    await backends.stop();
    expect(new Set(backends.refusals)).toStrictEqual(new Set(['try-again']));
    expect(backends.unanswered).toBe(0);
    await eventually(() => hasCaughtUp(service));
    for (const { answer, body, key, method, path } of backends.answered)
      expect(await service.post(method, path, key, body)).toStrictEqual(answer);
    expect(await backends.recorded()).toStrictEqual(backends.expected());
    const before = await backends.views();
    await cluster.rebuildAll();
    expect(await backends.views()).toStrictEqual(before);
    await eventually(() => hasCaughtUp(service));
    const registered = double.idsOf('PasskeyRegistered');
    expect(registered).toHaveLength(backends.all.length);
    expect(gateway.received.toSorted()).toStrictEqual(
      registered.map((id) => `notice.${id}.0.sms.now`).toSorted(),
    );
    expect(existsSync(warnings)).toBe(false);
  }, 240_000);
});
