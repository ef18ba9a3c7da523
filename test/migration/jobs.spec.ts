import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeadJob, JobCounts, JobRequest } from '../../src/application/ports/jobs.js';
import { DONE } from '../../src/application/ports/jobs.js';
import { ProcessRunner } from '../../src/application/processes/process-runner.js';
import { PROCESSES } from '../../src/application/processes/processes.js';
import { EventBatches } from '../../src/application/projections/event-batch.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { BullmqJobQueue } from '../../src/infrastructure/jobs/bullmq/bullmq-job-queue.js';
import { SqliteJobStore } from '../../src/infrastructure/jobs/sqlite/sqlite-job-store.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { loadOrCreateMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { exportEvents } from '../../src/infrastructure/migration/export-events.js';
import { exportJobs } from '../../src/infrastructure/migration/export-jobs.js';
import { importEvents } from '../../src/infrastructure/migration/import-events.js';
import { importJobs, JobsRefused } from '../../src/infrastructure/migration/import-jobs.js';
import type { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { RedisProcessStore } from '../../src/infrastructure/redis/redis-process-store.js';
import { collect } from '../contract/event-store-samples.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { linesOfExport, writeLines } from '../support/altered-export.js';
import { eventually } from '../support/eventually.js';
import type { LivedFolder } from '../support/lived-folder.js';
import { livedFolder } from '../support/lived-folder.js';
import type { OpenTarget } from '../support/migration-targets.js';
import { TARGET_NAMES, TARGETS } from '../support/migration-targets.js';
import { RedisServer, SILENT } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ENVIRONMENT = 'development';

const payload = { rp: 'mpchat', stream: 'account-mpchat.somebody', revision: 3, at: 1 };
/** By their ids. */
const GIVEN_UP = [
  {
    id: 'notice-delivery.00000000-0000-4000-8000-000000000001.0',
    kind: 'notice-delivery',
    payload,
    failure: { name: 'TypeError', message: '' },
  },
  {
    id: 'webhook-delivery.00000000-0000-4000-8000-000000000001',
    kind: 'webhook-delivery',
    payload,
    failure: { name: 'WebhookNotDelivered', message: 'gone' },
  },
] as const;

function never(): never {
  throw new Error('a job was taken that was not to be given up');
}

const nameOfJob = ({ id, kind, payload }: Pick<JobRequest, 'id' | 'kind' | 'payload'>) => ({
  id,
  kind,
  payload,
});
const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);

describe.each(TARGET_NAMES)('the jobs of a data folder whose events are in %s now', (name) => {
  let redis: RedisServer;
  let lived: LivedFolder;
  let folder: string;
  let outstanding: readonly JobRequest[];
  let dead: readonly DeadJob[];
  /** One that has never made a job stands nowhere yet, here as there. */
  let moved: number;
  let target: OpenTarget;
  let connection: RedisConnection;
  let queue: BullmqJobQueue;
  let processes: RedisProcessStore;

  beforeAll(async () => {
    redis = await RedisServer.start();
    lived = await livedFolder();
    folder = temporaryFolder();
    const events = SqliteEventStore.open(lived.file('events'));
    const jobs = SqliteJobStore.open(lived.file('jobs'), () => lived.now);
    await jobs.enqueue(GIVEN_UP.map(({ id, kind, payload }) => ({ id, kind, payload, runAt: 0 })));
    for (const job of await jobs.take(GIVEN_UP.length)) {
      const { failure } = GIVEN_UP.find(({ id }) => id === job.id) ?? never();
      await jobs.fail(job, failure, undefined);
    }
    outstanding = await collect(jobs.outstanding());
    dead = await collect(jobs.givenUp());
    expect(dead.map(({ failure, id }) => ({ id, failure }))).toStrictEqual(
      GIVEN_UP.map(({ failure, id }) => ({ id, failure })),
    );
    moved = (await jobs.positions()).length;
    expect(moved).toBeGreaterThan(3);
    const to = (file: string) => ({ environment: ENVIRONMENT, file: join(folder, file) });
    await exportEvents(events, to('events'));
    expect(await exportJobs(jobs, events, to('jobs'))).toStrictEqual({
      records: outstanding.length + dead.length + moved,
      jobs: outstanding.length,
      dead: dead.length,
    });
    events.close();
    jobs.close();
    target = await TARGETS[name]();
    await importEvents(join(folder, 'events'), target);
  }, 60_000);

  afterAll(async () => {
    await target.close();
    await redis.kill();
  });

  beforeEach(async () => {
    const prefix = randomUUID();
    connection = await redis.connection(`${prefix}:`);
    queue = await BullmqJobQueue.open(connection, () => lived.now, SILENT, `${prefix}:jobs`);
    processes = new RedisProcessStore(connection, queue);
  });

  afterEach(async () => {
    await queue.drain();
    await queue.close();
    connection.close();
  });

  const imported = () => importJobs(join(folder, 'jobs'), { events: target.events, jobs: queue, processes });

  /** Everything that the processes make of the events, from where they stand. */
  async function afterProcesses(): Promise<JobCounts> {
    const master = new MasterKey(loadOrCreateMasterKey(lived.file('masterKey')));
    const keyring = new SqliteKeyring(lived.file('keys'), master);
    const batches = new EventBatches(accountEventCodec(), keyring);
    const sources = { events: target.events, batches, store: processes };
    const runner = new ProcessRunner(PROCESSES, sources, SILENT, new AdvancingClock());
    await runner.start();
    const head = await target.events.head();
    await eventually(async () => (await runner.report()).every(({ position }) => position === head));
    await runner.stop();
    keyring.close();
    return queue.counts();
  }

  async function performed(): Promise<readonly ReturnType<typeof nameOfJob>[]> {
    const seen: ReturnType<typeof nameOfJob>[] = [];
    await queue.work((job) => {
      seen.push(nameOfJob(job));
      return Promise.resolve(DONE);
    });
    await eventually(async () => {
      const { due, running } = await queue.counts();
      return due + running === 0;
    });
    return seen.sort(byId);
  }

  it('wait there for their time, and nothing is made a second time of what was recorded before', async () => {
    expect(outstanding.map(({ kind }) => kind)).toContain('expire-reset');
    expect(outstanding.map(({ kind }) => kind)).not.toContain('notice');
    expect(await imported()).toStrictEqual({
      jobs: outstanding.length,
      dead: dead.length,
      processes: moved,
    });
    const due = outstanding.filter(({ runAt }) => runAt <= lived.now).length;
    const counts = { waiting: outstanding.length - due, due, running: 0, dead: dead.length };
    expect(await queue.counts()).toStrictEqual(counts);
    expect(await afterProcesses()).toStrictEqual(counts);
  });

  it('are the same jobs, about the same things', async () => {
    const all = outstanding.map(nameOfJob).sort(byId);
    // By a clock that has gone on, so that all are due.
    await queue.close();
    const later = () => Math.max(...outstanding.map(({ runAt }) => runAt));
    queue = await BullmqJobQueue.open(connection, later, SILENT, `${randomUUID()}:jobs`);
    processes = new RedisProcessStore(connection, queue);
    await imported();
    expect(await performed()).toStrictEqual(all);
  });

  it('stay given up where they were, with why and when, until they are retried there', async () => {
    await imported();
    expect((await queue.dead(10)).toSorted(byId)).toStrictEqual(dead);
    expect(await queue.retry(GIVEN_UP[0].id)).toBe(true);
    const again = (await performed()).filter(({ id }) => GIVEN_UP.some((one) => one.id === id));
    expect(again).toStrictEqual([nameOfJob(GIVEN_UP[0])]);
    expect((await queue.dead(10)).map(({ id }) => id)).toStrictEqual([GIVEN_UP[1].id]);
    await imported();
    expect((await queue.dead(10)).map(({ id }) => id)).toStrictEqual([GIVEN_UP[1].id]);
  });

  it('would be told of anew where they were left behind', async () => {
    const { due } = await afterProcesses();
    expect(due).toBeGreaterThan(outstanding.length);
    expect((await performed()).map(({ kind }) => kind)).toContain('notice');
  });

  it('go on once however often they are imported, until a process has moved on', async () => {
    await imported();
    const counts = await queue.counts();
    await imported();
    expect(await queue.counts()).toStrictEqual(counts);
    const from = await processes.position('notices');
    await processes.advance({ process: 'notices', from, to: from + 1, jobs: [] });
    await expect(imported()).rejects.toThrow('process notices has begun already');
  });

  it('are refused where the processes have begun without them', async () => {
    await processes.advance({ process: 'resets', from: 0, to: 1, jobs: [] });
    await expect(imported()).rejects.toThrow(JobsRefused);
    expect(await queue.counts()).toStrictEqual({ waiting: 0, due: 0, running: 0, dead: 0 });
    expect(await processes.position('notices')).toBe(0);
  });

  it('are refused where the events are not there yet', async () => {
    const empty = await TARGETS[name]();
    const importing = importJobs(join(folder, 'jobs'), { events: empty.events, jobs: queue, processes });
    await expect(importing).rejects.toThrow('import them first');
    expect(await queue.counts()).toStrictEqual({ waiting: 0, due: 0, running: 0, dead: 0 });
    await empty.close();
  });

  it('are refused in a file that was altered', async () => {
    const lines = linesOfExport(join(folder, 'jobs'));
    const altered = join(temporaryFolder(), 'jobs');
    const into = { events: target.events, jobs: queue, processes };
    writeLines(altered, lines.toSpliced(2, 1));
    await expect(importJobs(altered, into)).rejects.toThrow('doesn’t hold as much as it says');
    writeLines(altered, lines.with(1, (lines[1] ?? '').replace('"revision"', '"version"')));
    await expect(importJobs(altered, into)).rejects.toThrow('a line of it is no job');
    const last = lines.length - 2;
    expect(lines[last]).toContain('"dead":"webhook-delivery.');
    writeLines(altered, lines.with(last, (lines[last] ?? '').replace('"failure"', '"stack"')));
    await expect(importJobs(altered, into)).rejects.toThrow('a line of it is no job');
    const stranger = (lines[1] ?? '').replace(/"eventId":"[^"]*"/u, `"eventId":"${randomUUID()}"`);
    writeLines(altered, lines.with(1, stranger));
    await expect(importJobs(altered, into)).rejects.toThrow(JobsRefused);
    expect(await queue.counts()).toStrictEqual({ waiting: 0, due: 0, running: 0, dead: 0 });
  });
});
