import { afterAll, describe, expect, it } from '@jest/globals';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { Backends } from '../support/backends.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import { feeds, follows, healthOf } from '../support/health.js';

const KILLS = 3;
const BACKENDS = 3;
/** In ms: within so long another process goes on with what one that was killed did. */
const TAKEN_OVER_WITHIN = 10_000;

describe('a service of several processes, one of which is killed', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  it('C7: goes on within ten seconds in another, without a gap and without doing anything twice', async () => {
    const started = await ClusterOfProcesses.start();
    cluster = started;
    const api = await started.process('api');
    const one = await started.process('projector', 'worker');
    const other = await started.process('projector', 'worker');
    const way = await started.behindProxy(api);
    const backends = new Backends(way);
    backends.begin(BACKENDS);

    for (let kill = 0; kill < KILLS; kill++) {
      await backends.further(40);
      await eventually(async () => (await feeds(one)) !== (await feeds(other)));
      const [active, next] = (await feeds(one)) ? [one, other] : [other, one];
      // One feeds, and the other knows that it doesn't.
      expect((await healthOf(next))?.projections.map(({ status }) => status)).toStrictEqual(
        PROJECTIONS.map(() => 'elsewhere'),
      );
      await active.kill();
      const killedAt = performance.now();
      while (!(await feeds(next)) || !(await follows(next))) await new Promise((go) => setImmediate(go));
      expect(performance.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN);
      await active.start();
    }
    await backends.stop();

    expect([backends.unanswered, backends.refusals]).toStrictEqual([0, []]);
    expect(await backends.recorded()).toStrictEqual(backends.expected());
    const before = await backends.views();
    await started.rebuildAll();
    expect(await backends.views()).toStrictEqual(before);
  }, 240_000);
});
