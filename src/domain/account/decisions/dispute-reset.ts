import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { DisputeReset } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { cancelled } from './cancel-reset.js';
import { removalsByReset } from '../rules/resets.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import type { EnrolledAccount } from '../state.js';

/**
 * Who holds a removed passkey says that the reset was not theirs. One of the two is a thief and nothing here can tell which,
 * so nobody keeps anything: the passkeys go, and the account is locked until the product's people have looked at it.
 */
export function disputeReset(
  command: DisputeReset,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, resetId, proof } = command;
  const { open, completed, ended } = state.resets;
  const disputed = completed.find((reset) => reset.resetId === resetId);
  if (disputed === undefined) {
    const known = open?.resetId === resetId || ended === resetId;
    return reject(rejection(known ? 'reset-over' : 'reset-not-found'));
  }
  if (disputed.coolingOffUntil <= at) return reject(rejection('reset-over'));
  if (proof.kind !== 'step-up') {
    return reject(rejection('step-up-required', { action: 'dispute-reset', parameters: { resetId } }));
  }
  const { stepUpId } = proof;
  const spent = spendStepUp(state, policy, stepUpId, 'dispute-reset', at);
  if ('refused' in spent) return reject(spent.refused, ...spent.events);
  return accept<AccountEvent>(
    spent.event,
    ...(open === null ? [] : [cancelled(open, 'dispute', stepUpId, at)]),
    {
      type: 'LivenessResetDisputed',
      at,
      data: {
        resetId,
        provider: disputed.provider,
        reason: 'old-passkey',
        stepUpId,
        removedPasskeyIds: state.passkeys.map(({ passkeyId }) => passkeyId),
        securityEpoch: state.securityEpoch + 1,
      },
      personal: {},
    },
    ...removalsByReset(state, at),
  );
}
