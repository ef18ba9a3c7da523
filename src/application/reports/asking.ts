import type { RequestError } from '../accounts/invalid-request.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { Calendar, daysAfter, isDay } from './calendar.js';
import type { Day } from './calendar.js';
import type { Asked } from './report.js';

/** What was asked for, as it was written; absent members are assumed. */
export interface Wanted {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly asOf?: string | undefined;
  readonly days?: string | undefined;
}

/** A month, as far as days go. */
const ASSUMED_DAYS = 30;
/** Some three years in one answer. */
export const MOST_DAYS = 1_100;
const ASSUMED_IDLE_DAYS = 90;
const MOST_IDLE_DAYS = 3_650;

/** RFC 3339 §5.6. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** What was asked in full, or what is wrong with it. Days are those of the product's time zone. */
export function understood(
  policy: RelyingParty,
  wanted: Wanted,
  now: Instant,
): { readonly asked: Asked } | { readonly errors: readonly RequestError[] } {
  const calendar = new Calendar(policy.timeZone);
  const errors: RequestError[] = [];
  const complain = (pointer: string, detail: string): void => void errors.push({ pointer, detail });

  const to = wanted.to === undefined ? calendar.dayOf(now) : dayOf(wanted.to, calendar);
  if (to === undefined) complain('/to', 'must be a day such as 2026-06-30, or an RFC 3339 time');
  const assumedFrom = daysAfter(to ?? calendar.dayOf(now), 1 - ASSUMED_DAYS);
  const from = wanted.from === undefined ? assumedFrom : dayOf(wanted.from, calendar);
  if (from === undefined) complain('/from', 'must be a day such as 2026-06-01, or an RFC 3339 time');
  if (from !== undefined && to !== undefined && from > to) complain('/from', 'must not be after to');
  if (from !== undefined && to !== undefined && daysAfter(from, MOST_DAYS) <= to) {
    complain('/from', `must be less than ${MOST_DAYS} days before to`);
  }

  const asOf = wanted.asOf === undefined ? now : momentOf(wanted.asOf, calendar, now);
  if (asOf === undefined)
    complain('/asOf', 'must be a day such as 2026-06-30 (its end is meant), or an RFC 3339 time');
  else if (asOf > now) complain('/asOf', 'must not be in the future');

  const idleDays = wanted.days === undefined ? ASSUMED_IDLE_DAYS : Number(wanted.days);
  if (!Number.isSafeInteger(idleDays) || idleDays < 1 || idleDays > MOST_IDLE_DAYS) {
    complain('/days', `must be a whole number from 1 to ${MOST_IDLE_DAYS}`);
  }
  if (errors.length > 0 || from === undefined || to === undefined || asOf === undefined) return { errors };
  return { asked: { policy, calendar, now, from, to, asOf, idleDays } };
}

function dayOf(text: string, calendar: Calendar): Day | undefined {
  if (isDay(text)) return text;
  const at = instantOf(text);
  return at === undefined ? undefined : calendar.dayOf(at);
}

/** Of a day its last moment, or now if it is not over. */
function momentOf(text: string, calendar: Calendar, now: Instant): Instant | undefined {
  if (!isDay(text)) return instantOf(text);
  const end = calendar.startOf(daysAfter(text, 1)) - 1;
  return text === calendar.dayOf(now) ? Math.min(end, now) : end;
}

function instantOf(text: string): Instant | undefined {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
