import { afterEach, describe, expect, it } from '@jest/globals';
import { BackendAtWork, expectedOf, recordedOf, viewsOf } from '../support/backend-at-work.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
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
      let answers = 0;
      const backends = Array.from(
        { length: BACKENDS },
        (_, index) => new BackendAtWork(way, () => (answers += 1), index),
      );
      let ended = false;
      const work = Promise.all(backends.map((backend) => backend.work())).finally(() => (ended = true));
      const further = async (): Promise<void> => {
        const wanted = answers + ANSWERS_BETWEEN;
        await eventually(() => answers >= wanted || ended);
      };

      for (const each of [one, rest, other]) {
        await further();
        expect((await end(each)) ?? 0).toBe(0);
        await further();
        await each.start();
      }
      await further();
      for (const backend of backends) backend.stopped = true;
      await work;

      expect(way.proxy.failed).toBe(0);
      for (const { answer, body, key, method, path } of backends.flatMap((backend) => backend.answered)) {
        expect(await way.post(method, path, key, body)).toStrictEqual(answer);
      }
      for (const backend of backends)
        expect(await recordedOf(way, backend)).toStrictEqual(expectedOf(backend));
      const before = await viewsOf(way, backends);
      await started.rebuildAll();
      expect(await viewsOf(way, backends)).toStrictEqual(before);
    },
    240_000,
  );
});
