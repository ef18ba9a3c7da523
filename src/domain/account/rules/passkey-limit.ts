import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { EnrolledAccount } from '../state.js';

/** A suspended passkey still takes its place: it may be cleared, and then there would be one too many. */
export function limitReached(state: EnrolledAccount, policy: RelyingParty): Rejection | undefined {
  const { maximum } = policy.passkeys;
  return state.passkeys.length >= maximum ? rejection('passkey-limit-reached', { maximum }) : undefined;
}
