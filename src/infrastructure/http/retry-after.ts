import type { Duration, Instant } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';

const SECONDS = /^\d+$/u;
/** RFC 9110 §5.6.7: the form that is sent, and the two that are obsolete and to be read still. All are UTC. */
const DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/u,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/u,
];

/** How long a server wants to be left alone, in ms, as `Retry-After` says it (RFC 9110 §10.2.3). Undefined where it says nothing of use. */
export function retryAfterOf(header: string | null, now: Instant): Duration | undefined {
  const value = header?.trim() ?? '';
  if (SECONDS.test(value)) return Number(value) * SECOND;
  if (!DATES.some((form) => form.test(value))) return undefined;
  const until = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(until) ? undefined : Math.max(0, until - now);
}
