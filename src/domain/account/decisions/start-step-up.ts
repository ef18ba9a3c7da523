import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { actionNamed } from '../../policy/relying-party.js';
import type { StartStepUp } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { stoppedUntil } from '../rules/cooling-off.js';
import { denyStepUp } from '../rules/step-up-denial.js';
import { methodsAtHand } from '../rules/step-up-methods.js';
import type { EnrolledAccount } from '../state.js';

export function startStepUp(
  command: StartStepUp,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { stepUpId, at } = command;
  const action = actionNamed(policy, command.action);
  if (action === undefined) return reject(rejection('unknown-action'));
  const until = stoppedUntil(state, action, at);
  if (until !== undefined) {
    return denyStepUp(at, { stepUpId, action: action.name, reason: 'cooling-off', until });
  }
  const { complete, butForThePasskey } = methodsAtHand(state, action, command.signInFactor, at);
  if (complete.length > 0) return accept();
  const { alternatives } = action;
  return butForThePasskey
    ? reject(rejection('no-passkey'))
    : reject(rejection('factor-not-available', { alternatives }));
}
