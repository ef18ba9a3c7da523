import type { Instant } from '../../domain/kernel/time.js';
import type { ErrorSummary } from '../error-summary.js';

/** Ids and numbers: it is kept in the clear, shown to operators and in backups, so nothing personal is ever in it. */
export type JobPayload = Readonly<Record<string, string | number>>;

export interface JobRequest {
  /**
   * The same id again is the same job: nothing is added, whether the first one waits, is done or is dead. Made of the id
   * of what asks for it (an event, a command), of letters, digits, hyphens, dots and underscores.
   */
  readonly id: string;
  /** Which handler takes it. A stored name: it never changes. */
  readonly kind: string;
  readonly payload: JobPayload;
  /** It is not begun before. */
  readonly runAt: Instant;
}

export interface Job extends Omit<JobRequest, 'runAt'> {
  /** From 1; counts again from 1 after it asked to run again, and after an operator retried it. */
  readonly attempt: number;
}

/** `again`: it was done and is to be done once more, which is what timers and polls are made of. */
export type JobOutcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly at: Instant };

export const DONE: JobOutcome = { kind: 'done' };

/** A job that was given up. It stays until an operator retries it. */
export interface DeadJob extends Omit<JobRequest, 'runAt'> {
  readonly attempts: number;
  readonly diedAt: Instant;
  readonly failure: ErrorSummary;
}

export interface JobCounts {
  /** To be run at a later time. */
  readonly waiting: number;
  /** Could be run now and is not yet. */
  readonly due: number;
  readonly running: number;
  readonly dead: number;
}

/**
 * Does a job. It is done at least once: a crash between the work and its record means that it is done again, so work that
 * must not happen twice asks the account's stream. A job that throws is tried again when `pauseAfter` says, and is dead where
 * that says never. Of the error its name and `reason` are kept, no more.
 */
export type PerformJob = (job: Job) => Promise<JobOutcome>;

/** Jobs that survive the process: what was enqueued is run, whatever crashes. */
export interface JobQueue {
  /** On disk when it answers: all of them or none. */
  enqueue(jobs: readonly JobRequest[]): Promise<void>;
  /** Begins to run jobs as they fall due, several at a time, in no certain order. Called once. */
  work(perform: PerformJob): Promise<void>;
  /** Begins nothing more, and answers when what has begun is done and recorded. Enqueuing goes on to work. */
  drain(): Promise<void>;
  /**
   * Removes what waits or was given up and is about an account: jobs whose payload names its `subject` or its `stream`.
   * What runs is left alone, and so are jobs of the kind `except`.
   */
  discard(about: { readonly subject: string; readonly stream: string }, except: string): Promise<void>;
  counts(): Promise<JobCounts>;
  /** Those that died last first, at most `limit`. */
  dead(limit: number): Promise<readonly DeadJob[]>;
  /** Keeps jobs that were given up elsewhere, each where no job has its id. On disk when it answers; it may be repeated. */
  keepDead(jobs: readonly DeadJob[]): Promise<void>;
  /** Runs a dead job again, now and as if for the first time. @returns false where no dead job has this id */
  retry(id: string): Promise<boolean>;
}

export const JOB_QUEUE = Symbol('JobQueue');
