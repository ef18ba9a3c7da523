import type { Duration } from '../../domain/kernel/time.js';
import { HOUR, SECOND } from '../../domain/kernel/time.js';
import type { Job } from './jobs.js';

/** So often is a job tried, over 13 to 17 hours: a gateway that is down for a night is up again by then. */
export const ATTEMPTS = 9;

const FIRST_PAUSE = 5 * SECOND;
const LONGEST_PAUSE = 6 * HOUR;
/** Of a pause: by so much at most it is longer for one job than for another. */
const SPREAD = 0.25;

/** What an error may say beside its reason, for whoever it keeps from its work. */
interface Advice {
  /** False: trying again comes to nothing else. */
  readonly retryable?: unknown;
  /** In ms: whoever refused wants to be left alone for so long. */
  readonly retryAfter?: unknown;
}

/**
 * In ms: how long a job rests that failed with an error; undefined where it is given up. Pauses grow from 5 seconds to 6 hours. One that
 * was asked for is kept where it is longer, up to those 6 hours. Either is up to a quarter longer, by the job's id, so that what failed
 * together doesn't come back together.
 * @param job as it was performed
 */
export function pauseAfter(
  { attempt, id }: Pick<Job, 'attempt' | 'id'>,
  error?: unknown,
): Duration | undefined {
  const { retryable, retryAfter } = (error instanceof Error ? error : {}) as Advice;
  if (attempt >= ATTEMPTS || retryable === false) return undefined;
  const asked = typeof retryAfter === 'number' ? retryAfter : 0;
  const pause = Math.min(LONGEST_PAUSE, Math.max(asked, FIRST_PAUSE * 4 ** (attempt - 1)));
  return Math.round(pause * (1 + SPREAD * shareOf(`${attempt}.${id}`)));
}

/** From 0 to 1, without chance: FNV-1a, mixed once more, for ids that are alike but for their ends. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
