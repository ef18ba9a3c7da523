import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { RemovePasskey } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { usableFactors } from '../rules/disabled-factors.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import { noWayIn } from '../rules/ways-in.js';
import type { EnrolledAccount } from '../state.js';

export function removePasskey(
  command: RemovePasskey,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, passkeyId, proof } = command;
  if (policy.passkeys.removal === 'reset-only') return reject(rejection('removal-forbidden'));
  const passkey = state.passkeys.find((candidate) => candidate.passkeyId === passkeyId);
  if (passkey === undefined) return reject(rejection('passkey-not-found'));
  const others = state.passkeys.filter((candidate) => candidate !== passkey);
  const left = { ...state, passkeys: others, factors: usableFactors(state) };
  if (noWayIn(policy, left)) return reject(rejection('last-way-in'));
  if (proof.kind !== 'step-up') {
    return reject(rejection('step-up-required', { action: 'remove-passkey', parameters: { passkeyId } }));
  }
  const spent = spendStepUp(state, policy, proof.stepUpId, 'remove-passkey', at);
  if ('refused' in spent) return reject(spent.refused, ...spent.events);
  return accept(spent.event, {
    type: 'PasskeyRemoved',
    at,
    data: { passkeyId, why: 'user' },
    personal: {},
  });
}
