import type { Job as BullJob, JobsOptions } from 'bullmq';
import type { ErrorSummary } from '../../../application/error-summary.js';
import type { DeadJob, Job, JobPayload, JobRequest } from '../../../application/ports/jobs.js';
import { DAY, SECOND } from '../../../domain/kernel/time.js';

/** The ids of what was done are known for so long: longer than anything asks for a job twice. */
const KEPT_DONE = 7 * DAY;

/** What BullMQ keeps with a job. Stored: members are never renamed. */
export interface StoredJob {
  readonly payload: JobPayload;
  /** How often it had been begun when its attempts were last counted from 1 again. */
  readonly begunBefore: number;
}

export type StoredBullJob = BullJob<StoredJob, unknown>;

/** What BullMQ keeps as the reason of a failure: nothing else of an error is ever stored. */
interface StoredFailure extends ErrorSummary {
  readonly attempts: number;
}

/** How a job is kept. A number alone is no id to BullMQ, and a colon is a part of its keys. */
export function storedOf(
  { id, kind, payload, runAt }: JobRequest,
  now: number,
): { name: string; data: StoredJob; opts: JobsOptions } {
  return {
    name: kind,
    data: { payload, begunBefore: 0 },
    opts: {
      jobId: bullIdOf(id),
      delay: Math.max(0, runAt - now),
      stackTraceLimit: 0,
      keepLogs: 0,
      removeOnComplete: { age: KEPT_DONE / SECOND },
      removeOnFail: false,
    },
  };
}

export function bullIdOf(id: string): string {
  if (!/^[\w.-]+$/.test(id)) throw new Error('an id of a job has other characters than it may have');
  return `job-${id}`;
}

export function jobOf({ attemptsStarted, data, id = '', name }: StoredBullJob): Job {
  return {
    id: id.slice('job-'.length),
    kind: name,
    payload: data.payload,
    attempt: attemptsStarted - data.begunBefore,
  };
}

export function storedFailure(failure: ErrorSummary, attempts: number): string {
  return JSON.stringify({ ...failure, attempts } satisfies StoredFailure);
}

export function deadJobOf(stored: StoredBullJob): DeadJob {
  const { id, kind, payload } = jobOf(stored);
  const { attempts, message, name } = failureIn(stored.failedReason);
  return { id, kind, payload, attempts, diedAt: stored.finishedOn ?? 0, failure: { name, message } };
}

/** The fields of a job that was given up, each before its value, as BullMQ has them. */
export function deadFieldsOf({ attempts, diedAt, failure, ...job }: DeadJob): readonly (string | number)[] {
  const { data, name, opts } = storedOf({ ...job, runAt: diedAt }, diedAt);
  const fields = {
    name,
    data: JSON.stringify(data),
    opts: JSON.stringify({ ...opts, attempts: 0 }),
    timestamp: diedAt,
    delay: 0,
    priority: 0,
    processedOn: diedAt,
    finishedOn: diedAt,
    ats: attempts,
    atm: attempts,
    stacktrace: '[]',
    failedReason: storedFailure(failure, attempts),
  };
  return Object.entries(fields).flat();
}

/** Where BullMQ itself gave a job up, its reason is words of its own. */
function failureIn(reason: string): StoredFailure {
  try {
    return JSON.parse(reason) as StoredFailure;
  } catch {
    return { name: 'Interrupted', message: '', attempts: 0 };
  }
}
