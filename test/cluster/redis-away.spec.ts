import { afterEach, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import { feeds, healthOf } from '../support/health.js';

const BACKENDS = 3;
/** In ms: two seconds longer than a lease. */
const LEASE_IS_OVER = 8_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(): Promise<ClusterOfProcesses> {
  const cluster = await ClusterOfProcesses.start();
  closing.push(() => cluster.stop());
  return cluster;
}

async function requireKept(cluster: ClusterOfProcesses, backends: Backends): Promise<void> {
  expect(await backends.recorded()).toStrictEqual(backends.expected());
  const before = await backends.views();
  await cluster.rebuildAll();
  expect(await backends.views()).toStrictEqual(before);
}

describe('a projector whose lease can’t be renewed', () => {
  it('C7: feeds the read models for as long as it is cut off, beside the one that takes the lease, and gives way when it is back', async () => {
    const cluster = await started();
    const wire = await BreakableWire.to(cluster.redis.port);
    closing.push(() => wire.close());
    const api = await cluster.process('api');
    const cutOff = await cluster.processWith(
      { LATCHKEY_REDIS_URL: `redis://127.0.0.1:${wire.port}` },
      'projector',
    );
    await eventually(() => feeds(cutOff));
    const backends = new Backends(cluster.straightTo(api));
    backends.begin(BACKENDS);
    await backends.further(20);

    wire.leave();
    const since = performance.now();
    while (performance.now() - since < LEASE_IS_OVER) {
      await backends.further(10);
      // Each asks for what the last answer said.
      await backends.views();
    }
    expect(await healthOf(cutOff)).toBeUndefined();
    const other = await cluster.process('projector', 'worker');
    await eventually(() => feeds(other));
    await backends.further(30);
    await backends.views();
    wire.comeBack();
    await eventually(async () => (await healthOf(cutOff))?.projections[0]?.status === 'elsewhere');
    expect(await feeds(other)).toBe(true);
    await backends.further(10);
    await backends.stop();

    expect(backends.refusals).toStrictEqual([]);
    await requireKept(cluster, backends);
  }, 120_000);
});

describe('a service whose Redis is away', () => {
  it('C7: feeds the read models with all that was recorded, answers queries, and tells who asks for more to try again', async () => {
    const cluster = await started();
    const api = await cluster.process('api');
    const projector = await cluster.process('projector', 'worker');
    await eventually(() => feeds(projector));
    const backends = new Backends(cluster.straightTo(api));
    backends.begin(BACKENDS);
    await backends.further(20);
    projector.pause();
    await backends.further(60);
    await cluster.redis.kill();
    await eventually(() => backends.refusals.length >= BACKENDS || backends.hasFailed);
    projector.goOn();
    const views = await backends.views();
    expect(views).toHaveLength(3 * BACKENDS);
    await expect(cluster.process('projector')).rejects.toThrow('the service did not start');

    await cluster.redis.start();
    await eventually(() => feeds(projector));
    await backends.further(20);
    await backends.stop();
    expect(new Set(backends.refusals)).toStrictEqual(new Set(['try-again']));
    await requireKept(cluster, backends);
  }, 120_000);
});
