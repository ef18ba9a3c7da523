import type { ErrorSummary } from '../../../application/error-summary.js';
import { nameOf, statedReason } from '../../../application/error-summary.js';
import type { OperatorLog } from '../../../application/operator-log.js';
import type { AlarmClock } from '../../../application/ports/clock.js';
import type {
  DeadJob,
  Job,
  JobCounts,
  JobQueue,
  JobRequest,
  PerformJob,
} from '../../../application/ports/jobs.js';
import { pauseAfter } from '../../../application/ports/job-pauses.js';
import type { Instant } from '../../../domain/kernel/time.js';
import { MINUTE, SECOND } from '../../../domain/kernel/time.js';
import type { SqliteJobStore } from './sqlite-job-store.js';

/** Jobs wait for gateways most of the time; more at once would only open more connections. */
const AT_ONCE = 4;

/** In ms. Another process (the command line) may have put a job back; nothing else needs looking for. */
const REVIEW_AFTER = MINUTE;
/** In ms. The disk may be full: asking at once again would ask for ever. */
const AFTER_FAILURE = SECOND;

/** Runs the jobs of a file in this process, which has it alone. It sleeps until the next job is due. */
export class SqliteJobQueue implements JobQueue {
  private readonly running = new Map<string, Promise<void>>();
  private perform: PerformJob | undefined;
  private looking: Promise<void> | undefined;
  private lookAgain = false;
  private putOff: (() => void) | undefined;

  constructor(
    private readonly store: SqliteJobStore,
    private readonly clock: AlarmClock,
    private readonly log: OperatorLog,
  ) {}

  enqueue(jobs: readonly JobRequest[]): Promise<void> {
    return this.store.enqueue(jobs);
  }

  discard(...about: Parameters<JobQueue['discard']>): Promise<void> {
    return this.store.discard(...about);
  }

  counts(): Promise<JobCounts> {
    return this.store.counts();
  }

  dead(limit: number): Promise<readonly DeadJob[]> {
    return this.store.dead(limit);
  }

  keepDead(jobs: readonly DeadJob[]): Promise<void> {
    return this.store.keepDead(jobs);
  }

  retry(id: string): Promise<boolean> {
    return this.store.retry(id);
  }

  async work(perform: PerformJob): Promise<void> {
    if (this.perform !== undefined) throw new Error('these jobs are being worked on already');
    await this.store.takeBack(() => false);
    this.perform = perform;
    this.store.onAdded(() => this.wake());
    this.wake();
  }

  async drain(): Promise<void> {
    this.perform = undefined;
    this.putOff?.();
    await this.looking;
    await Promise.all(this.running.values());
  }

  /** Looks for work once, however many ask for it meanwhile. */
  private wake(): void {
    if (this.perform === undefined) return;
    this.lookAgain = true;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
      // Somebody asked after the last look and before this.
      if (this.lookAgain) this.wake();
    });
  }

  private async look(): Promise<void> {
    this.putOff?.();
    try {
      while (this.lookAgain) {
        this.lookAgain = false;
        await this.beginDue();
      }
      // Where all hands are busy, the next one that is free looks.
      const next = this.running.size < AT_ONCE ? this.store.nextRun() : undefined;
      this.sleepUntil(next);
    } catch (error) {
      this.log.error({ failure: summaryOf(error) }, 'jobs could not be looked for');
      this.sleepUntil(this.clock.now() + AFTER_FAILURE);
    }
  }

  private async beginDue(): Promise<void> {
    const { perform } = this;
    const free = AT_ONCE - this.running.size;
    if (perform === undefined || free === 0) return;
    for (const job of await this.store.take(free)) {
      const running = this.run(job, perform).finally(() => {
        this.running.delete(job.id);
        this.wake();
      });
      this.running.set(job.id, running);
    }
  }

  private sleepUntil(next: Instant | undefined): void {
    if (this.perform === undefined) return;
    const review = this.clock.now() + REVIEW_AFTER;
    this.putOff = this.clock.ringAt(Math.min(next ?? review, review), () => {
      if (this.clock.now() >= review) this.review();
      else this.wake();
    });
  }

  private review(): void {
    this.store
      .takeBack((id) => this.running.has(id))
      .catch((error: unknown) =>
        this.log.error({ failure: summaryOf(error) }, 'jobs could not be taken back'),
      )
      .finally(() => this.wake());
  }

  /** Never fails: what can't be recorded is taken back later and done again. */
  private async run(job: Job, perform: PerformJob): Promise<void> {
    const named = { job: job.id, kind: job.kind, attempt: job.attempt };
    try {
      await this.store.settle(job, await perform(job));
    } catch (error) {
      const failure = summaryOf(error);
      this.log.error({ ...named, failure }, 'a job failed');
      await this.store
        .fail(job, failure, pauseAfter(job, error))
        .catch((worse: unknown) =>
          this.log.error({ ...named, failure: summaryOf(worse) }, 'a failed job could not be recorded'),
        );
    }
  }
}

function summaryOf(error: unknown): ErrorSummary {
  return { name: nameOf(error), message: statedReason(error) ?? '' };
}
