import { afterAll, describe, expect, it } from '@jest/globals';
import { BackendAtWork, expectedOf, recordedOf, viewsOf } from '../support/backend-at-work.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';

const BACKENDS = 3;

describe('a service whose servers go away', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  it('C7: says that it can be asked again, forgets nothing that it answered, and goes on by itself', async () => {
    const started = await ClusterOfProcesses.start();
    cluster = started;
    const service = await started.process('api', 'projector', 'worker');
    const way = await started.behindProxy(service);
    const refusals = new Set<string>();
    let answers = 0;
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
    const backends = Array.from(
      { length: BACKENDS },
      (_, index) => new BackendAtWork(asked, () => (answers += 1), index),
    );
    let ended = false;
    const work = Promise.all(backends.map((backend) => backend.work())).finally(() => (ended = true));
    const further = async (): Promise<void> => {
      const wanted = answers + 20;
      await eventually(() => answers >= wanted || ended);
    };

    await further();
    await started.postgres.stop('SIGQUIT');
    await started.postgres.start();
    await further();
    await started.redis.kill();
    await eventually(() => refusals.size > 0 || ended);
    await started.redis.start();
    await further();
    const forgetful = await started.redis.connection();
    await forgetful.command('FLUSHALL');
    forgetful.close();
    await further();

    for (const backend of backends) backend.stopped = true;
    await work;
    expect([...refusals]).toStrictEqual(['try-again']);
    for (const backend of backends) expect(await recordedOf(way, backend)).toStrictEqual(expectedOf(backend));
    const before = await viewsOf(way, backends);
    await started.rebuildAll();
    expect(await viewsOf(way, backends)).toStrictEqual(before);
    // What was made of the events is made of them once more, and meanwhile the service says that it isn't ready.
    await eventually(async () => {
      const health = await service.get('/health/ready').catch(() => undefined);
      if (health === undefined) return false;
      const { jobs } = health as { readonly jobs: { readonly due: number; readonly running: number } };
      return jobs.due === 0 && jobs.running === 0;
    });
  }, 240_000);
});
