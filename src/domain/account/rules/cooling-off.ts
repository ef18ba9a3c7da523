import type { Instant } from '../../kernel/time.js';
import type { ActionPolicy, CoolingOffCause, RelyingParty } from '../../policy/relying-party.js';
import type { CodeFactor, FactorsChanged } from '../events.js';
import type { EnrolledAccount } from '../state.js';

/** The moment until which an action is stopped, if it is stopped now (invariant 10). */
export function stoppedUntil(
  state: EnrolledAccount,
  action: ActionPolicy,
  now: Instant,
): Instant | undefined {
  const ends = action.stoppedBy.map((cause) => state.coolingOff[cause] ?? 0);
  const latest = Math.max(0, ...ends);
  return latest > now ? latest : undefined;
}

type Begun = Pick<FactorsChanged['data'], 'phoneCoolingOffUntil' | 'emailCoolingOffUntil'>;

export const NO_COOLING_OFF: Begun = { phoneCoolingOffUntil: null, emailCoolingOffUntil: null };

/**
 * What a change of these factors stops, and until when (invariant 15). Two clients' changes may be recorded in another order
 * than they were asked in: a later end that stands already is not cut short.
 */
export function coolingOffAfter(
  policy: RelyingParty,
  { coolingOff }: EnrolledAccount,
  changed: readonly CodeFactor[],
  at: Instant,
): Begun {
  const until = (factor: CodeFactor, cause: CoolingOffCause): Instant | null => {
    const duration = policy.coolingOff[cause];
    if (duration === undefined || !changed.includes(factor)) return null;
    return Math.max(at + duration, coolingOff[cause] ?? 0);
  };
  return {
    phoneCoolingOffUntil: until('sms', 'phone-change'),
    emailCoolingOffUntil: until('email', 'email-change'),
  };
}
