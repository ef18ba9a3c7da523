import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { StepUpId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { actionNamed } from '../../policy/relying-party.js';
import type { AccountEvent } from '../events.js';
import type { EnrolledAccount } from '../state.js';
import { stoppedUntil } from './cooling-off.js';
import { deniedEvent } from './step-up-denial.js';

/**
 * Spends a passed step-up on one of the service's own actions, or says why it doesn't count (invariant 11). What began to
 * stop the action after it was approved stops it here, and that is recorded (invariant 10).
 */
export function spendStepUp(
  state: EnrolledAccount,
  policy: RelyingParty,
  stepUpId: StepUpId,
  action: string,
  now: Instant,
):
  | { readonly event: AccountEvent }
  | { readonly refused: Rejection; readonly events: readonly AccountEvent[] } {
  const spent = spend(state, stepUpId, action, now);
  if ('refused' in spent) return { ...spent, events: [] };
  const named = actionNamed(policy, action);
  const until = named && stoppedUntil(state, named, now);
  if (until === undefined) return spent;
  const reason = 'cooling-off';
  return {
    refused: rejection('step-up-denied', { reason, until }),
    events: [deniedEvent(now, { stepUpId, action, reason, until })],
  };
}

/** The same, of what stops the action left to the caller. */
export function spend(
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
