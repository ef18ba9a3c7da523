import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { StepUpId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { AccountEvent } from '../events.js';
import type { EnrolledAccount } from '../state.js';

/** Spends a passed step-up on one of the service's own actions, or says why it doesn't count (invariant 11). */
export function spendStepUp(
  state: EnrolledAccount,
  stepUpId: StepUpId,
  action: string,
  now: Instant,
): { readonly event: AccountEvent } | { readonly refused: Rejection } {
  const passed = state.stepUps.find((stepUp) => stepUp.stepUpId === stepUpId);
  if (passed?.action !== action) return { refused: rejection('step-up-not-found') };
  if (passed.consumed) return { refused: rejection('step-up-already-used') };
  if (passed.expiresAt <= now) return { refused: rejection('step-up-expired') };
  if (passed.securityEpoch !== state.securityEpoch) return { refused: rejection('security-epoch-passed') };
  return { event: { type: 'StepUpConsumed', at: now, data: { stepUpId }, personal: {} } };
}
