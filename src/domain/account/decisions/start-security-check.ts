import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { actionNamed, factorsFor } from '../../policy/relying-party.js';
import type { StartSecurityCheck } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { disabledFactor } from '../rules/disabled-factors.js';
import { lockedOut } from '../rules/lock-out.js';
import { methodsAtHand } from '../rules/step-up-methods.js';
import type { EnrolledAccount } from '../state.js';

/** Starting a check records nothing; what it leads to is recorded when the code comes back. */
export function startSecurityCheck(
  command: StartSecurityCheck,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const locked = lockedOut(state, command.at);
  if (locked !== undefined) return reject(locked);
  const disabled = disabledFactor(state, command.factor);
  if (disabled !== undefined) return reject(disabled);
  const allowed = factorsFor(policy, command.purpose).includes(command.factor);
  if (!allowed || !state.factors.includes(command.factor)) return reject(rejection('factor-not-available'));
  // No code is sent that nothing would come of.
  if (command.purpose === 'bind-passkey' && state.resets.required) return reject(rejection('reset-required'));
  if (command.purpose === 'step-up' && !isPartOfProof(command, state, policy)) {
    return reject(rejection('factor-not-available'));
  }
  return accept();
}

function isPartOfProof(
  { at, factor, stepUp }: StartSecurityCheck,
  state: EnrolledAccount,
  policy: RelyingParty,
): boolean {
  const action = stepUp === null ? undefined : actionNamed(policy, stepUp.action);
  if (stepUp === null || action === undefined) return false;
  const { complete } = methodsAtHand(state, action, stepUp.signInFactor, at);
  return complete.some((methods) => methods.includes(factor));
}
