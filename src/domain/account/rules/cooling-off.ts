import type { Instant } from '../../kernel/time.js';
import type { ActionPolicy, RelyingParty } from '../../policy/relying-party.js';
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

/** What a change of these factors stops, and for how long (invariant 15). */
export function coolingOffAfter(policy: RelyingParty, changed: readonly CodeFactor[], at: Instant): Begun {
  const emailChange = policy.coolingOff['email-change'];
  return {
    phoneCoolingOffUntil: changed.includes('sms') ? at + policy.coolingOff['phone-change'] : null,
    emailCoolingOffUntil: emailChange !== undefined && changed.includes('email') ? at + emailChange : null,
  };
}
