import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { actionNamed } from '../../policy/relying-party.js';
import type { RedeemStepUp } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { stoppedUntil } from '../rules/cooling-off.js';
import { denyStepUp } from '../rules/step-up-denial.js';
import { spend } from '../rules/step-up-proof.js';
import type { EnrolledAccount } from '../state.js';

/** Redeeming is when the action happens, so what began to stop it after it was approved still stops it. */
export function redeemStepUp(
  command: RedeemStepUp,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, stepUpId, transactionDigest } = command;
  const passed = state.stepUps.find((stepUp) => stepUp.stepUpId === stepUpId);
  if (passed?.transactionDigest !== transactionDigest) return reject(rejection('step-up-not-found'));
  const spent = spend(state, stepUpId, command.action, at);
  if ('refused' in spent) return reject(spent.refused);
  const action = actionNamed(policy, command.action);
  const until = action && stoppedUntil(state, action, at);
  if (until === undefined) {
    // One that may be shown again is spent by nothing but its expiry (invariant 11).
    return passed.singleUse ? accept(spent.event) : accept();
  }
  return denyStepUp(at, { stepUpId, action: command.action, reason: 'cooling-off', until });
}
