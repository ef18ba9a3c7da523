import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RedeemStepUp } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import type { EnrolledAccount } from '../state.js';

export function redeemStepUp(command: RedeemStepUp, state: EnrolledAccount): Decision<AccountEvent> {
  const passed = state.stepUps.find((stepUp) => stepUp.stepUpId === command.stepUpId);
  if (passed === undefined || passed.transactionDigest !== command.transactionDigest) {
    return reject(rejection('step-up-not-found'));
  }
  const spent = spendStepUp(state, command.stepUpId, command.action, command.at);
  return 'refused' in spent ? reject(spent.refused) : accept(spent.event);
}
