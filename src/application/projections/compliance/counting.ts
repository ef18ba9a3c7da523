import type { Instant } from '../../../domain/kernel/time.js';
import { MINUTE } from '../../../domain/kernel/time.js';
import type { ProjectedEvent, Write } from '../projection.js';
import { COUNTS } from './tables.js';

/** Every day of every time zone begins with one (since 1972 no offset from UTC was anything but whole quarters). */
export const SLOT = 15 * MINUTE;

export function slotOf(at: Instant): number {
  return Math.floor(at / SLOT);
}

export const MEASURES = {
  /** Accounts: `what` is `enrolled` or `erased`. */
  accounts: 'accounts',
  /** `what` is an entry point, `slot` that of the enrolment, `how` that of the passkey. */
  onboarded: 'onboarded',
  /** Passkeys added and removed: `what` is one of `BREAKDOWNS`, `how` its value. */
  added: 'added',
  removed: 'removed',
  /** `what` is an action. */
  stepUps: 'step-ups',
  /** `what` is a factor, or `passkey`. */
  factors: 'factors',
  lockOuts: 'lock-outs',
} as const;
export type Measure = (typeof MEASURES)[keyof typeof MEASURES];

/** Two words in one column. None of the first ones holds a `|`. */
export function joined(first: string, second: string): string {
  return `${first}|${second}`;
}

export function parted(text: string): readonly [string, string] {
  const bar = text.indexOf('|');
  return [text.slice(0, bar), text.slice(bar + 1)];
}

/** One more of it, in the quarter of an hour of the event. */
export function counted({ event, rp }: ProjectedEvent, measure: Measure, what: string, how = ''): Write {
  return {
    kind: 'tally',
    table: COUNTS.name,
    key: { rp, measure, slot: slotOf(event.at), what, how },
    add: { count: 1 },
  };
}

type ForEach = NonNullable<Extract<Write, { kind: 'tally' }>['forEach']>;

/** As many more as rows match. What is named in `forEach.key` is taken from them. */
export function countedForEach(
  { event, rp }: ProjectedEvent,
  measure: Measure,
  key: { readonly what: string; readonly how?: string },
  forEach: ForEach,
  count = 1,
): Write {
  const named = { rp, measure, slot: slotOf(event.at), ...key };
  const fixed = Object.entries(named).filter(([column]) => !Object.hasOwn(forEach.key, column));
  return { kind: 'tally', table: COUNTS.name, key: Object.fromEntries(fixed), add: { count }, forEach };
}
