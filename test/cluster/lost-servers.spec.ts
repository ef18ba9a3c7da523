import { afterAll, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import { haveNothingDue } from '../support/health.js';

const BACKENDS = 3;

describe('a service whose servers go away', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  it('C7: says that it can be asked again, forgets nothing that it answered, and goes on by itself', async () => {
    const started = await ClusterOfProcesses.start();
    cluster = started;
    const service = await started.process('api', 'projector', 'worker');
    const way = await started.behindProxy(service);
    const backends = new Backends(way);
    backends.begin(BACKENDS);

    await backends.further(20);
    await started.postgres.stop('SIGQUIT');
    await started.postgres.start();
    await backends.further(20);
    await started.redis.kill();
    await eventually(() => backends.refusals.length > 0 || backends.hasFailed);
    await started.redis.start();
    await backends.further(20);
    const forgetful = await started.redis.connection();
    await forgetful.command('FLUSHALL');
    forgetful.close();
    await backends.further(20);

    await backends.stop();
    expect(new Set(backends.refusals)).toStrictEqual(new Set(['try-again']));
    expect(await backends.recorded()).toStrictEqual(backends.expected());
    const before = await backends.views();
    await started.rebuildAll();
    expect(await backends.views()).toStrictEqual(before);
    // What was made of the events is made of them once more, and meanwhile the service says that it isn't ready.
    await eventually(() => haveNothingDue(service));
  }, 240_000);
});
