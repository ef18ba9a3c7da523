import { DelayedError, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ErrorSummary } from '../../../application/error-summary.js';
import { nameOf, statedReason } from '../../../application/error-summary.js';
import type { OperatorLog } from '../../../application/operator-log.js';
import type {
  DeadJob,
  JobCounts,
  JobOutcome,
  JobQueue,
  JobRequest,
  PerformJob,
} from '../../../application/ports/jobs.js';
import { ATTEMPTS, pauseAfter } from '../../../application/ports/job-pauses.js';
import type { Duration, Instant } from '../../../domain/kernel/time.js';
import { SECOND } from '../../../domain/kernel/time.js';
import type { RedisConnection } from '../../redis/redis-connection.js';
import { Script } from '../../redis/redis-connection.js';
import { failureOf } from '../../redis/redis-failure.js';
import { bullIdOf, deadFieldsOf, deadJobOf, jobOf, storedFailure, storedOf } from './stored-job.js';
import type { StoredBullJob, StoredJob } from './stored-job.js';

/** Jobs wait for gateways most of the time; more at once would only open more connections. */
const AT_ONCE = 4;
/** In ms: of commands that enqueue many. */
const COMMAND_TIMEOUT = 5 * SECOND;
const LOOKED_AT_ONCE = 500;

const INTERRUPTED: ErrorSummary = { name: 'Interrupted', message: 'the process ended while it was run' };

/**
 * All counts at one moment. A delayed job's score is its time in 4,096ths of a ms.
 * Keys: wait, active, delayed, failed. Arguments: now.
 */
const COUNTS = new Script(`
  local due = redis.call('zcount', KEYS[3], '-inf', tonumber(ARGV[1]) * 4096 + 4095)
  return {redis.call('llen', KEYS[1]), redis.call('llen', KEYS[2]), due, redis.call('zcard', KEYS[3]),
    redis.call('zcard', KEYS[4])}
`);

/**
 * One that BullMQ never worked on, as it keeps those that it gave up: it has no call for that.
 * Keys: job, failed. Arguments: id, when it was given up, then the job's fields and their values.
 */
const KEEP_DEAD = new Script(`
  if redis.call('exists', KEYS[1]) == 1 then return 0 end
  redis.call('hset', KEYS[1], unpack(ARGV, 3))
  return redis.call('zadd', KEYS[2], ARGV[2], ARGV[1])
`);

export interface JobTimes {
  /** In ms: whoever works on a job says so again before that, or another takes it over. */
  readonly lock: Duration;
  /** In ms: so often are jobs looked for whose worker is gone. */
  readonly stalledCheck: Duration;
}

const TIMES: JobTimes = { lock: 15 * SECOND, stalledCheck: 10 * SECOND };

/**
 * Jobs that any number of processes enqueue and work on, kept by BullMQ. It keeps ids and numbers alone: an error's stack and words
 * never reach it. Attempts and pauses are the port's, so that a job which takes its process down is given up as one that fails.
 */
export class BullmqJobQueue implements JobQueue {
  private readonly queue: Queue<StoredJob, unknown>;
  private worker: Worker<StoredJob, unknown> | undefined;
  private workerClient: Redis | undefined;

  private constructor(
    private readonly redis: RedisConnection,
    private readonly client: Redis,
    private readonly clock: () => Instant,
    private readonly log: OperatorLog,
    private readonly prefix: string,
    private readonly times: JobTimes,
  ) {
    this.queue = new Queue('jobs', { connection: client, prefix, skipWaitingForReady: true });
    this.queue.on('error', (error) => this.log.error({ failure: nameOf(error) }, 'jobs can’t be reached'));
  }

  /**
   * @param clock the time of day in ms since the Unix epoch; BullMQ itself asks the machine's
   * @param prefix of BullMQ's keys
   * @throws Unavailable
   */
  static async open(
    redis: RedisConnection,
    clock: () => Instant,
    log: OperatorLog,
    prefix = 'latchkey-jobs',
    times = TIMES,
  ): Promise<BullmqJobQueue> {
    const client = redis.another({
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: COMMAND_TIMEOUT,
    });
    try {
      await client.connect();
    } catch (error) {
      client.disconnect();
      throw failureOf(error);
    }
    return new BullmqJobQueue(redis, client, clock, log, prefix, times);
  }

  /** In one transaction. */
  async enqueue(jobs: readonly JobRequest[]): Promise<void> {
    if (jobs.length === 0) return;
    const now = this.clock();
    const stored = jobs.map((job) => storedOf(job, now));
    await this.reaching(() => this.queue.addBulk(stored));
  }

  /** What keeps each of them for as long as its id is known. */
  keysOf(jobs: readonly JobRequest[]): readonly string[] {
    return jobs.map(({ id }) => this.queue.toKey(bullIdOf(id)));
  }

  async work(perform: PerformJob): Promise<void> {
    if (this.worker !== undefined) throw new Error('these jobs are being worked on already');
    // It waits for as long as Redis is away, and goes on.
    this.workerClient = this.redis.another({ maxRetriesPerRequest: null });
    const worker = new Worker<StoredJob, unknown>(
      'jobs',
      (job, token = '') => this.run(job, token, perform),
      {
        connection: this.workerClient,
        prefix: this.prefix,
        concurrency: AT_ONCE,
        lockDuration: this.times.lock,
        stalledInterval: this.times.stalledCheck,
        // How often is the port's to say.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
      },
    );
    worker.on('error', (error) => this.log.error({ failure: nameOf(error) }, 'jobs could not be looked for'));
    this.worker = worker;
    await worker.waitUntilReady();
  }

  async drain(): Promise<void> {
    await this.worker?.close();
    this.leaveWorkerClient();
  }

  /** Where they may go to is looked at last, so that one which moves meanwhile is met there. */
  async discard(about: { readonly subject: string; readonly stream: string }, except: string): Promise<void> {
    await this.reaching(async () => {
      for (const state of ['failed', 'delayed', 'wait'] as const) {
        let from = 0;
        for (;;) {
          const jobs = await this.queue.getJobs([state], from, from + LOOKED_AT_ONCE - 1, true);
          const theirs = jobs.filter(({ data, name }) => isAbout(data, about) && name !== except);
          for (const { id = '' } of theirs) await this.queue.remove(id);
          if (jobs.length < LOOKED_AT_ONCE) break;
          from += LOOKED_AT_ONCE - theirs.length;
        }
      }
    });
  }

  async counts(): Promise<JobCounts> {
    const keys = ['wait', 'active', 'delayed', 'failed'].map((kind) => this.queue.toKey(kind));
    const counted = await this.redis.run(COUNTS, keys, [this.clock()]);
    const [wait = 0, running = 0, due = 0, delayed = 0, dead = 0] = counted as readonly number[];
    return { waiting: delayed - due, due: wait + due, running, dead };
  }

  dead(limit: number): Promise<readonly DeadJob[]> {
    return this.reaching(async () => (await this.queue.getFailed(0, limit - 1)).map(deadJobOf));
  }

  async keepDead(jobs: readonly DeadJob[]): Promise<void> {
    const failed = this.queue.toKey('failed');
    for (const job of jobs) {
      const id = bullIdOf(job.id);
      await this.redis.run(KEEP_DEAD, [this.queue.toKey(id), failed], [id, job.diedAt, ...deadFieldsOf(job)]);
    }
  }

  retry(id: string): Promise<boolean> {
    return this.reaching(async () => {
      const job = await this.queue.getJob(bullIdOf(id));
      if (job === undefined || !(await job.isFailed())) return false;
      await job.updateData({ ...job.data, begunBefore: job.attemptsStarted });
      await job.retry('failed');
      return true;
    });
  }

  /** After `drain`. */
  async close(): Promise<void> {
    await this.worker?.close(true);
    this.leaveWorkerClient();
    await this.queue.close();
    this.client.disconnect();
  }

  /** Once: of a connection that has ended already the client waits two seconds for the end, and the process with it. */
  private leaveWorkerClient(): void {
    this.workerClient?.disconnect();
    this.workerClient = undefined;
  }

  private async run(stored: StoredBullJob, token: string, perform: PerformJob): Promise<void> {
    const job = jobOf(stored);
    if (job.attempt > ATTEMPTS) throw givenUp(INTERRUPTED, ATTEMPTS);
    let outcome: JobOutcome;
    try {
      outcome = await perform(job);
    } catch (error) {
      const failure = { name: nameOf(error), message: statedReason(error) ?? '' };
      this.log.error({ job: job.id, kind: job.kind, attempt: job.attempt, failure }, 'a job failed');
      const pause = pauseAfter(job, error);
      if (pause === undefined) throw givenUp(failure, job.attempt);
      return later(stored, this.clock() + pause, token);
    }
    if (outcome.kind === 'done') return;
    await stored.updateData({ ...stored.data, begunBefore: stored.attemptsStarted });
    return later(stored, outcome.at, token);
  }

  /** @throws Unavailable */
  private async reaching<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      throw failureOf(error);
    }
  }
}

/** BullMQ is told by an error that the job waits. */
async function later(stored: StoredBullJob, at: number, token: string): Promise<never> {
  await stored.moveToDelayed(at, token);
  throw new DelayedError();
}

function givenUp(failure: ErrorSummary, attempts: number): UnrecoverableError {
  return new UnrecoverableError(storedFailure(failure, attempts));
}

function isAbout(
  { payload }: StoredJob,
  about: { readonly subject: string; readonly stream: string },
): boolean {
  return payload['subject'] === about.subject || payload['stream'] === about.stream;
}
