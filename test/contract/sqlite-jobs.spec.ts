import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/application/ports/jobs.js';
import { DONE } from '../../src/application/ports/jobs.js';
import { DAY, MINUTE } from '../../src/domain/kernel/time.js';
import { SqliteJobQueue } from '../../src/infrastructure/jobs/sqlite/sqlite-job-queue.js';
import { SqliteJobStore } from '../../src/infrastructure/jobs/sqlite/sqlite-job-store.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { jobQueueContract } from './jobs.contract.js';
import { processStoreContract } from './process-store.contract.js';

const newFile = () => join(temporaryFolder(), 'jobs.sqlite');

/** One process on a file of jobs. */
class Run {
  readonly store: SqliteJobStore;
  readonly queue: SqliteJobQueue;
  readonly logged: unknown[] = [];

  constructor(file: string, clock: AdvancingClock) {
    const log = (fields: object, message: string) => void this.logged.push({ ...fields, message });
    this.store = SqliteJobStore.open(file, () => clock.now());
    this.queue = new SqliteJobQueue(this.store, clock, { info: log, error: log });
  }
}

jobQueueContract('SqliteJobQueue', () => {
  const file = newFile();
  const clock = new AdvancingClock();
  let run = new Run(file, clock);
  return Promise.resolve({
    queue: run.queue,
    now: () => clock.now(),
    advance: (milliseconds) => clock.advance(milliseconds),
    reopen: () => {
      // The one before goes on with what it has begun, and can record nothing of it.
      run.store.close();
      run = new Run(file, clock);
      return Promise.resolve(run.queue);
    },
    close: () => {
      run.store.close();
      return Promise.resolve();
    },
  });
});

processStoreContract('SqliteJobStore', () => {
  const file = newFile();
  const clock = new AdvancingClock();
  let run = new Run(file, clock);
  return Promise.resolve({
    store: run.store,
    queue: run.queue,
    reopen: () => {
      run.store.close();
      run = new Run(file, clock);
      return Promise.resolve(run);
    },
    close: () => {
      run.store.close();
      return Promise.resolve();
    },
  });
});

const request = (id: string, runAt: number) => ({ id, kind: 'notify', payload: {}, runAt });

describe('SqliteJobQueue on its file', () => {
  it('sleeps until the next job is due, and looks once a minute for what another process put back', async () => {
    const clock = new AdvancingClock();
    const { queue, store } = new Run(newFile(), clock);
    await queue.enqueue([request('soon', clock.now() + 1_000), request('later', clock.now() + DAY)]);
    await queue.work(() => Promise.resolve(DONE));
    await eventually(() => clock.alarms.length === 1);
    expect(clock.alarms).toStrictEqual([clock.now() + 1_000]);
    clock.advance(1_000);
    await eventually(() => clock.alarms.length === 1 && clock.alarms[0] !== clock.now());
    expect(clock.alarms).toStrictEqual([clock.now() + MINUTE]);
    await queue.drain();
    expect(clock.alarms).toStrictEqual([]);
    store.close();
  });

  it('runs within a minute what the command line put back', async () => {
    const clock = new AdvancingClock();
    const file = newFile();
    const { queue, store } = new Run(file, clock);
    const performed: Job[] = [];
    await queue.enqueue([request('job-1', clock.now())]);
    await queue.work((job) => {
      performed.push(job);
      return performed.length === 1
        ? Promise.reject(Object.assign(new Error(), { retryable: false }))
        : Promise.resolve(DONE);
    });
    await eventually(async () => (await queue.counts()).dead === 1);
    const commandLine = SqliteJobStore.open(file, () => clock.now());
    expect(await commandLine.retry('job-1')).toBe(true);
    commandLine.close();
    clock.advance(MINUTE);
    await eventually(() => performed.length === 2);
    await queue.drain();
    store.close();
  });

  it('does again what was done and could not be recorded, and goes on when the disk does', async () => {
    const clock = new AdvancingClock();
    const file = newFile();
    const { logged, queue, store } = new Run(file, clock);
    const blocker = new DatabaseSync(file, { timeout: 0 });
    let performed = 0;
    await queue.enqueue([request('job-1', clock.now())]);
    await queue.work(() => {
      performed += 1;
      // From here on the file can't be written to.
      if (performed === 1) blocker.exec('begin immediate');
      return Promise.resolve(DONE);
    });
    await eventually(() => logged.length >= 2);
    blocker.exec('rollback');
    blocker.close();
    expect(logged).toMatchObject([
      { job: 'job-1', message: 'a job failed' },
      { job: 'job-1', message: 'a failed job could not be recorded' },
    ]);
    await eventually(() => clock.alarms.length === 1);
    clock.advance(MINUTE);
    await eventually(() => performed === 2);
    await queue.drain();
    store.close();
  });

  it('forgets what was done a week ago, and nothing that is dead', async () => {
    const clock = new AdvancingClock();
    const file = newFile();
    const { queue, store } = new Run(file, clock);
    const idsIn = () => {
      const database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare('select id from jobs order by id').all() as { id: string }[];
      database.close();
      return rows.map(({ id }) => id);
    };
    await queue.work(({ id }) =>
      id === 'dead'
        ? Promise.reject(Object.assign(new Error(), { retryable: false }))
        : Promise.resolve(DONE),
    );
    const enqueueAndWait = async (id: string) => {
      await queue.enqueue([request(id, clock.now())]);
      await eventually(async () => {
        const { due, running } = await queue.counts();
        return due + running === 0;
      });
    };
    await enqueueAndWait('dead');
    await enqueueAndWait('done');
    clock.advance(7 * DAY - 1);
    await enqueueAndWait('next');
    expect(idsIn()).toStrictEqual(['dead', 'done', 'next']);
    clock.advance(1);
    await enqueueAndWait('last');
    expect(idsIn()).toStrictEqual(['dead', 'last', 'next']);
    await queue.drain();
    store.close();
  });
});
