import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/application/ports/jobs.js';
import { DONE } from '../../src/application/ports/jobs.js';
import { BullmqJobQueue } from '../../src/infrastructure/jobs/bullmq/bullmq-job-queue.js';
import type { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { RedisProcessStore } from '../../src/infrastructure/redis/redis-process-store.js';
import { eventually } from '../support/eventually.js';
import { RedisServer, SILENT } from '../support/redis-server.js';

const WORKER = resolve('test/support/job-worker.mjs');
const TIMES = { lock: 1_500, stalledCheck: 500 };
const HOUR = 3_600_000;

describe('jobs on Redis, when something is killed', () => {
  let server: RedisServer;
  let connection: RedisConnection;
  let queue: BullmqJobQueue;

  beforeEach(async () => {
    if (!existsSync('dist/infrastructure/jobs/bullmq'))
      throw new Error('the service is not built: run `npm run build`, or `npm test`');
    server = await RedisServer.start();
    connection = await server.connection('jobs:');
    queue = await BullmqJobQueue.open(connection, Date.now, SILENT, 'jobs', TIMES);
  });

  afterEach(async () => {
    await queue.close();
    connection.close();
    await server.kill();
  });

  const job = (id: string, runAt = Date.now()) => ({ id, kind: 'notify', payload: { event: id }, runAt });

  /** Works, noting each job. */
  async function work(): Promise<readonly Job[]> {
    const performed: Job[] = [];
    await queue.work((begun) => {
      performed.push(begun);
      return Promise.resolve(DONE);
    });
    return performed;
  }

  it('a worker between taking a job and finishing it: another one does the job again', async () => {
    await queue.enqueue([job('job-1')]);
    const times = [String(TIMES.lock), String(TIMES.stalledCheck)];
    const child = spawn(process.execPath, [WORKER, server.url, 'jobs', ...times], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [begun] = (await once(child.stdout, 'data')) as [Buffer];
    expect(begun.toString()).toBe('job-1\n');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const performed = await work();
    await eventually(async () => (await queue.counts()).running + performed.length === 1);
    await eventually(() => performed.length === 1);
    expect(performed).toMatchObject([{ id: 'job-1', attempt: 2 }]);
  });

  it('Redis, started again on its file: nothing is lost, and the worker goes on by itself', async () => {
    const performed = await work();
    await queue.enqueue([job('done')]);
    await eventually(() => performed.length === 1);
    await queue.enqueue([job('later', Date.now() + HOUR)]);
    await server.kill();
    await expect(queue.enqueue([job('refused')])).rejects.toThrow('redis-unreachable');
    await server.start();
    await eventually(async () => (await connection.health()).reachable);
    await eventually(() =>
      queue.enqueue([job('done'), job('next')]).then(
        () => true,
        () => false,
      ),
    );
    await eventually(() => performed.length === 2);
    expect(performed.map(({ id }) => id)).toStrictEqual(['done', 'next']);
    expect(await queue.counts()).toMatchObject({ waiting: 1, dead: 0 });
  });

  it('Redis, flushed: where processes stand is lost with the jobs, so that they make the jobs again', async () => {
    const store = new RedisProcessStore(connection, queue);
    const step = { process: 'notices', from: 0, to: 7, jobs: [job('job-1', Date.now() + HOUR)] };
    await store.advance(step);
    await connection.command('FLUSHALL');
    await expect(store.advance({ ...step, from: 7, to: 8 })).rejects.toThrow('another one moves it');
    expect(await store.position('notices')).toBe(0);
    await store.advance(step);
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
  });
});
