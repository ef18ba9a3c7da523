import { afterEach, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import type { KillableService } from '../support/killable-service.js';

const BACKENDS = 4;
const ANSWERS_BETWEEN = 60;

describe('a service of several processes that is restarted one by one', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterEach(() => cluster?.stop());

  it.each([
    ['in order', (process: KillableService) => process.terminate()],
    ['by kill -9', (process: KillableService) => process.kill()],
  ])(
    'C7: fails no call, forgets none and does none twice, %s',
    async (_how, end) => {
      const started = await ClusterOfProcesses.start();
      cluster = started;
      const one = await started.process('api');
      const other = await started.process('api');
      const rest = await started.process('projector', 'worker');
      const way = await started.behindProxy(one, other);
      const backends = new Backends(way);
      backends.begin(BACKENDS);

      for (const each of [one, rest, other]) {
        await backends.further(ANSWERS_BETWEEN);
        expect((await end(each)) ?? 0).toBe(0);
        await backends.further(ANSWERS_BETWEEN);
        await each.start();
      }
      await backends.further(ANSWERS_BETWEEN);
      await backends.stop();

      expect([backends.unanswered, backends.refusals]).toStrictEqual([0, []]);
      for (const { answer, body, key, method, path } of backends.answered)
        expect(await way.post(method, path, key, body)).toStrictEqual(answer);
      expect(await backends.recorded()).toStrictEqual(backends.expected());
      const before = await backends.views();
      await started.rebuildAll();
      expect(await backends.views()).toStrictEqual(before);
    },
    240_000,
  );
});
