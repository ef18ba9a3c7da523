import type { Instant } from '../../kernel/time.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { CodeFactor } from '../events.js';
import type { EnrolledAccount } from '../state.js';

/** Whether a proposed factor waited too long for its confirmation: it counts as withdrawn, be that recorded or not. */
export function proposalExpired(
  state: EnrolledAccount,
  policy: RelyingParty,
  factor: CodeFactor,
  now: Instant,
): boolean {
  const proposedAt = state.proposedAt[factor];
  return proposedAt !== undefined && proposedAt + policy.factors.proposalLifetime <= now;
}
