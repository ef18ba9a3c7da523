import type { Instant } from '../../kernel/time.js';
import type { MethodSet, ActionPolicy } from '../../policy/relying-party.js';
import type { Factor } from '../events.js';
import type { EnrolledAccount } from '../state.js';
import { usableFactors } from './disabled-factors.js';
import { passkeysThatProve } from './resets.js';

/**
 * Whether a set of methods is more than the sign-in was. A second method must be of another channel than the sign-in's, or
 * one stolen channel would stand for two; a method that the policy lets prove the action alone has no first to add to
 * (invariant 12).
 */
export function mayProve(alternative: MethodSet, signInFactor: Factor | null): boolean {
  return alternative.length === 1 || signInFactor === null || !alternative.includes(signInFactor);
}

/** The alternatives of an action for which this account has every factor, and whether it has the passkey too. */
export function methodsAtHand(
  state: EnrolledAccount,
  action: ActionPolicy,
  signInFactor: Factor | null,
  now: Instant,
): { readonly complete: readonly MethodSet[]; readonly butForThePasskey: boolean } {
  const factors: readonly Factor[] = usableFactors(state);
  const hasPasskey = passkeysThatProve(state, action.name, now).some(({ status }) => status === 'active');
  const withFactors = action.alternatives.filter(
    (methods) =>
      mayProve(methods, signInFactor) &&
      methods.every((method) => method === 'passkey' || factors.includes(method)),
  );
  const complete = withFactors.filter((methods) => hasPasskey || !methods.includes('passkey'));
  return { complete, butForThePasskey: complete.length < withFactors.length };
}
