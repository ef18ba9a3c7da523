import type { Instant } from './time.js';

/** What stands in for personal data whose key was destroyed. Reading it is normal, never a failure. */
export const REDACTED = 'redacted';
export type Redacted = typeof REDACTED;

/**
 * Something that happened. `data` is stored as it is; `personal` is stored sealed under the account's own
 * key, so that destroying the key erases it and leaves the event provable.
 */
export interface DomainEvent<
  Type extends string = string,
  Data extends object = object,
  Personal extends object = object,
> {
  readonly type: Type;
  readonly at: Instant;
  readonly data: Data;
  readonly personal: Personal | Redacted;
}

/** The personal part of an event, or `undefined` where it has been erased. */
export function personalOf<Personal extends object>(event: {
  readonly personal: Personal | Redacted;
}): Personal | undefined {
  return event.personal === REDACTED ? undefined : event.personal;
}
