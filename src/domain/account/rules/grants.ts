import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { GrantHash, StepUpId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Purpose } from '../events.js';
import type { EnrolledAccount, Grant } from '../state.js';
import { lockedOut } from './lock-out.js';

/**
 * The grant if it may be used now, else why not (invariant 1). A factor's proof waits with its factor (invariant 14), but
 * whether factors are locked is told to holders of a grant alone: to others a locked account is like any other.
 */
export function usableGrant(
  state: EnrolledAccount,
  hash: GrantHash,
  purpose: Purpose,
  stepUpId: StepUpId | null,
  now: Instant,
): { readonly grant: Grant } | { readonly refused: Rejection } {
  const grant = state.grants.find((candidate) => candidate.hash === hash);
  if (grant === undefined) return { refused: rejection('grant-not-found') };
  // A grant for another purpose is not admitted to exist.
  if (grant.purpose !== purpose || grant.stepUpId !== stepUpId)
    return { refused: rejection('grant-not-found') };
  const locked = lockedOut(state, now);
  if (locked !== undefined) return { refused: locked };
  if (grant.spent) return { refused: rejection('grant-spent') };
  if (grant.expiresAt <= now) return { refused: rejection('grant-expired') };
  if (grant.securityEpoch !== state.securityEpoch) return { refused: rejection('security-epoch-passed') };
  return { grant };
}
