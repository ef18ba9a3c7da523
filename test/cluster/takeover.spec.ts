import { afterAll, describe, expect, it } from '@jest/globals';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { BackendAtWork, expectedOf, recordedOf, viewsOf } from '../support/backend-at-work.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import type { KillableService } from '../support/killable-service.js';

const KILLS = 3;
const BACKENDS = 3;
/** In ms: within so long another process goes on with what one that was killed did. */
const TAKEN_OVER_WITHIN = 10_000;

interface Health {
  readonly projections: readonly {
    readonly projection: string;
    readonly status: string;
    readonly lag: number;
  }[];
  readonly processes: readonly { readonly process: string; readonly status: string; readonly lag: number }[];
}

describe('a service of several processes, one of which is killed', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  const healthOf = async (process: KillableService): Promise<Health> =>
    (await process.get('/health/ready')) as Health;
  const feeds = async (process: KillableService): Promise<boolean> =>
    (await healthOf(process)).projections.every(({ status }) => status === 'running');
  const follows = async (process: KillableService): Promise<boolean> =>
    (await healthOf(process)).processes.every(({ status }) => status === 'running');

  it('C7: goes on within ten seconds in another, without a gap and without doing anything twice', async () => {
    const started = await ClusterOfProcesses.start();
    cluster = started;
    const api = await started.process('api');
    const one = await started.process('projector', 'worker');
    const other = await started.process('projector', 'worker');
    const way = await started.behindProxy(api);
    let answers = 0;
    const backends = Array.from(
      { length: BACKENDS },
      (_, index) => new BackendAtWork(way, () => (answers += 1), index),
    );
    let ended = false;
    const work = Promise.all(backends.map((backend) => backend.work())).finally(() => (ended = true));

    for (let kill = 0; kill < KILLS; kill++) {
      const wanted = answers + 40;
      await eventually(() => answers >= wanted || ended);
      await eventually(async () => (await feeds(one)) !== (await feeds(other)));
      const [active, next] = (await feeds(one)) ? [one, other] : [other, one];
      // One feeds, and the other knows that it doesn't.
      expect((await healthOf(next)).projections.map(({ status }) => status)).toStrictEqual(
        PROJECTIONS.map(() => 'elsewhere'),
      );
      await active.kill();
      const killedAt = performance.now();
      while (!(await feeds(next)) || !(await follows(next))) await new Promise((go) => setImmediate(go));
      expect(performance.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN);
      await active.start();
    }
    for (const backend of backends) backend.stopped = true;
    await work;

    expect(way.proxy.failed).toBe(0);
    for (const backend of backends) expect(await recordedOf(way, backend)).toStrictEqual(expectedOf(backend));
    const before = await viewsOf(way, backends);
    await started.rebuildAll();
    expect(await viewsOf(way, backends)).toStrictEqual(before);
  }, 240_000);
});
