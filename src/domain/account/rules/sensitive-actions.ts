import type { StepUpId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { EnrolledAccount } from '../state.js';

/**
 * When a passkey that is added now may approve sensitive actions. Whoever got hold of a code alone must not approve
 * withdrawals with a passkey of his own (invariant 8), nor by removing the owner's with that code first.
 */
export function sensitiveActionsFrom(
  state: EnrolledAccount,
  policy: RelyingParty,
  vouchedBy: StepUpId | null,
  now: Instant,
): Instant {
  const { unvouchedWait } = policy.passkeys;
  if (vouchedBy !== null) return now;
  if (state.passkeys.length > 0) return now + unvouchedWait;
  if (state.removedByCodeAloneAt === null) return now;
  return Math.max(now, state.removedByCodeAloneAt + unvouchedWait);
}
