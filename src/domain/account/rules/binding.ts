import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { BindingProof } from '../commands.js';
import type { EnrolledAccount } from '../state.js';
import { usableGrant } from './grants.js';

/**
 * Why a passkey may not be added on this proof, if it may not (invariant 1). A reset's secret counts while its window is
 * open, once, and also while factors are locked; until it was used, or another reset's was, no factor adds one.
 */
export function whyNotBound(
  state: EnrolledAccount,
  proof: BindingProof,
  now: Instant,
): Rejection | undefined {
  if (proof.kind === 'grant') {
    if (state.resets.required) return rejection('reset-required');
    const found = usableGrant(state, proof.grantHash, 'bind-passkey', null, now);
    return 'refused' in found ? found.refused : undefined;
  }
  const latest = state.resets.completed.at(-1);
  if (latest?.resetId !== proof.resetId || latest.secretHash !== proof.secretHash) {
    return rejection('reset-secret-invalid');
  }
  if (latest.secretSpent) return rejection('reset-secret-spent');
  return latest.windowUntil <= now ? rejection('reset-window-closed') : undefined;
}
