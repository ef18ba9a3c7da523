import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { SignInWithPasskey } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { judgeAssertion } from '../rules/assertion.js';
import type { EnrolledAccount } from '../state.js';

/** A valid passkey signs in even while factors are locked: nobody can lock an owner out (invariant 14). */
export function signInWithPasskey(
  command: SignInWithPasskey,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const judged = judgeAssertion(state, policy, { ...command, purpose: 'sign-in' });
  return 'refused' in judged ? reject(judged.refused, ...judged.events) : accept(...judged.events);
}
