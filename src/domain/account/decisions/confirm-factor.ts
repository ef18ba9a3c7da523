import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { ConfirmFactor } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { CONTACT_OF } from '../evolve.js';
import { refuseWrongCode } from '../rules/lock-out.js';
import { coolingOffAfter, NO_COOLING_OFF } from '../rules/cooling-off.js';
import { proposalExpired } from '../rules/proposals.js';
import { checkClosed, codeCounts } from '../rules/open-check.js';
import type { EnrolledAccount } from '../state.js';

/** A new factor counts once a code proves that the account holder has it (invariant 15). */
export function confirmFactor(
  command: ConfirmFactor,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { factor, check, at, value } = command;
  const contact = CONTACT_OF[factor];
  const proposed = state.proposed[contact];
  if (proposed === undefined) {
    return reject(rejection(state.factors.includes(factor) ? 'already-confirmed' : 'check-not-found'));
  }
  if (proposalExpired(state, policy, factor, at)) return reject(rejection('proposal-expired'));
  const closed = checkClosed(state, policy, check, at);
  if (closed !== undefined) return reject(closed);
  if (proposed !== value) return reject(rejection('check-not-found'));
  // Confirming one of two new factors raises the epoch, and the other's code still counts; a code of before the
  // proposal doesn't.
  if (check.securityEpoch < (state.proposedInEpoch[factor] ?? state.securityEpoch)) {
    return reject(rejection('security-epoch-passed'));
  }

  if (!codeCounts({ ...state, totpStep: factor === 'totp' ? null : state.totpStep }, command.finding)) {
    return refuseWrongCode(state, policy, check, at);
  }
  const previous = state.contacts[contact];
  return accept({
    type: 'FactorsChanged',
    at,
    data: {
      changes: [{ factor, change: 'confirmed' }],
      factors: state.factors.includes(factor) ? state.factors : [...state.factors, factor],
      proof: { kind: 'confirmation', checkId: check.checkId },
      securityEpoch: state.securityEpoch + 1,
      // Confirmed anew after it was disabled, it is the one that it was.
      ...(proposed === previous ? NO_COOLING_OFF : coolingOffAfter(policy, state, [factor], at)),
      totpStep: command.finding.totpStep,
    },
    personal: {
      contacts: { [contact]: proposed },
      previous: previous === undefined ? {} : { [contact]: previous },
    },
  });
}
