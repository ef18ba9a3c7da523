import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { SignInWithPasskey } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { judgeAssertion } from '../rules/assertion.js';
import { admit } from '../rules/sign-in-approval.js';
import type { EnrolledAccount } from '../state.js';

/** A valid passkey signs in even while factors are locked: nobody can lock an owner out (invariant 14). */
export function signInWithPasskey(
  command: SignInWithPasskey,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const admission = admit(state, policy, { method: 'passkey', grantHash: null, ...command });
  const signedIn = admission.kind === 'signed-in';
  const judged = judgeAssertion(state, policy, {
    purpose: 'sign-in',
    deviceId: signedIn ? admission.deviceId : null,
    ...command,
    sessionId: signedIn ? command.sessionId : null,
  });
  if ('refused' in judged) return reject(judged.refused, ...judged.events);
  // The passkey has answered, so its answer is spent, whatever the device comes to.
  if (admission.kind === 'refused') return reject(admission.refused, ...judged.events);
  return accept(...judged.events, ...admission.events);
}
