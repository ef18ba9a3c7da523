import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { factorsFor } from '../../policy/relying-party.js';
import type { ProveSecurityCheck } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { CONTACT_OF } from '../factor-changes.js';
import { disabledFactor } from '../rules/disabled-factors.js';
import { refuseWrongCode, wrongEntry } from '../rules/lock-out.js';
import { checkClosed, codeCounts } from '../rules/open-check.js';
import type { EnrolledAccount } from '../state.js';

/**
 * The comparison of a code is part of this decision on the stream's revision, so that parallel guesses queue
 * up and every one of them counts (invariant 13).
 */
export function proveSecurityCheck(
  command: ProveSecurityCheck,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { check, at, on } = command;
  const closed = checkClosed(state, policy, check, at);
  if (closed !== undefined) return reject(closed);
  const disabled = disabledFactor(state, check.factor);
  if (disabled !== undefined) return reject(disabled);
  if (check.securityEpoch !== state.securityEpoch) return reject(rejection('security-epoch-passed'));
  if (!factorProves(command, state, policy)) return reject(rejection('factor-not-available'));

  if (!codeCounts(state, command.finding)) {
    if (on === 'code') return refuseWrongCode(state, policy, check, at);
    return reject(rejection('wrong-code'), ...wrongEntry(state, policy, check, on, at));
  }
  return accept({
    type: 'SecurityCheckPassed',
    at,
    data: {
      checkId: check.checkId,
      factor: check.factor,
      purpose: check.purpose,
      stepUpId: check.stepUpId,
      grantHash: command.grantHash,
      grantExpiresAt: at + policy.factors.grantLifetime,
      checkExpiresAt: check.expiresAt,
      totpStep: command.finding.totpStep,
      on,
    },
    personal: {},
  });
}

/** The relying party's word may stand for a factor that only it knows, such as a password it checked. */
function factorProves(command: ProveSecurityCheck, state: EnrolledAccount, policy: RelyingParty): boolean {
  const { factor, purpose, value } = command.check;
  if (factor === 'password') {
    return (
      command.on === 'relying-party-word' && purpose === 'sign-in' && policy.signIn.fallbacks.includes(factor)
    );
  }
  if (!factorsFor(policy, purpose).includes(factor)) return false;
  if (command.on === 'relying-party-word') {
    // For a factor that the account doesn't have it must not change factors: that takes its admin's (invariant 15).
    return purpose === 'bind-passkey' || purpose === 'sign-in' || state.factors.includes(factor);
  }
  // A code that reached a value which is only proposed proves nothing of the account (invariant 15).
  return value !== undefined && value === state.contacts[CONTACT_OF[factor]];
}
