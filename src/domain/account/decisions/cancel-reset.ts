import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { CancelReset } from '../commands.js';
import type { StepUpId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { AccountEvent, LivenessResetCancelled } from '../events.js';
import { openReset } from '../rules/resets.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import type { EnrolledAccount, OpenReset } from '../state.js';

/** Whoever still has the passkey didn't lose it: it stops the reset before the check is passed. */
export function cancelReset(
  command: CancelReset,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, resetId, proof } = command;
  const found = openReset(state, resetId, at);
  if ('refused' in found) return reject(found.refused);
  if (proof.kind !== 'step-up') {
    return reject(rejection('step-up-required', { action: 'cancel-reset', parameters: { resetId } }));
  }
  const spent = spendStepUp(state, policy, proof.stepUpId, 'cancel-reset', at);
  if ('refused' in spent) return reject(spent.refused, ...spent.events);
  return accept<AccountEvent>(spent.event, cancelled(found.open, 'old-passkey', proof.stepUpId, at));
}

export function cancelled(
  { resetId, provider, attempt }: OpenReset,
  reason: LivenessResetCancelled['data']['reason'],
  stepUpId: StepUpId,
  at: Instant,
): LivenessResetCancelled {
  return {
    type: 'LivenessResetCancelled',
    at,
    data: { resetId, provider, attempt, reason, stepUpId },
    personal: {},
  };
}
