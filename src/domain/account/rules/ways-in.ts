import type { RelyingParty } from '../../policy/relying-party.js';
import type { CodeFactor } from '../events.js';
import type { EnrolledAccount, Passkey } from '../state.js';

interface Left extends Pick<EnrolledAccount, 'livenessSubject'> {
  readonly passkeys: readonly Passkey[];
  /** Those that still prove the account. */
  readonly factors: readonly CodeFactor[];
}

/**
 * Whether nothing is left to prove the account by (invariant 6). A suspended passkey lets nobody in, nor does a factor that the
 * policy takes neither for signing in nor for a new passkey, nor a face that belongs to nobody.
 */
export function noWayIn(policy: RelyingParty, { passkeys, factors, livenessSubject }: Left): boolean {
  const accepted = [...policy.signIn.fallbacks, ...policy.factors.beforeBinding];
  return (
    !passkeys.some(({ status }) => status === 'active') &&
    !factors.some((factor) => accepted.includes(factor)) &&
    (policy.reset === undefined || livenessSubject?.provider !== policy.reset.provider)
  );
}
