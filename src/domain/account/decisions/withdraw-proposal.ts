import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { WithdrawProposal } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { CONTACT_OF } from '../factor-changes.js';
import { proposalExpired } from '../rules/proposals.js';
import type { EnrolledAccount } from '../state.js';

/** What is only proposed counts for nothing: taking it back needs no proof, and changes nothing that was proven. */
export function withdrawProposal(
  command: WithdrawProposal,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, factor, why } = command;
  if (state.proposed[CONTACT_OF[factor]] === undefined) {
    return why === 'expired' ? accept() : reject(rejection('proposal-not-found'));
  }
  if (why === 'expired' && !proposalExpired(state, policy, factor, at)) return accept();
  return accept({
    type: 'FactorsChanged',
    at,
    data: {
      changes: [{ factor, change: 'withdrawn' }],
      factors: state.factors,
      proof: { kind: 'not-needed' },
      securityEpoch: state.securityEpoch,
      phoneCoolingOffUntil: null,
      emailCoolingOffUntil: null,
      totpStep: null,
    },
    personal: { contacts: {}, previous: {} },
  });
}
