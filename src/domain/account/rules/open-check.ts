import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { CheckUnderWay, CodeFinding } from '../commands.js';
import type { EnrolledAccount } from '../state.js';
import { guessesOf, lockedOut } from './lock-out.js';

/** Why a code can't be tried on this check any more, right or wrong (invariant 13). */
export function checkClosed(
  state: EnrolledAccount,
  policy: RelyingParty,
  check: CheckUnderWay,
  now: Instant,
): Rejection | undefined {
  const locked = lockedOut(state, now);
  if (locked !== undefined) return locked;
  if (check.expiresAt <= now) return rejection('check-expired');
  const passedBefore = state.grants.some((grant) => grant.checkId === check.checkId);
  if (passedBefore || guessesOf(state, check) >= policy.factors.codeMaximumGuesses) {
    return rejection('check-used-up');
  }
  return undefined;
}

/** A TOTP code counts once, and none of an earlier step counts after it (RFC 6238 §5.2). */
export function codeCounts(state: EnrolledAccount, finding: CodeFinding): boolean {
  if (!finding.matches) return false;
  return finding.totpStep === null || state.totpStep === null || finding.totpStep > state.totpStep;
}
