import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { SignInByFallback } from '../commands.js';
import type { AccountEvent, Factor } from '../events.js';
import { usableGrant } from '../rules/grants.js';
import { admit } from '../rules/sign-in-approval.js';
import type { EnrolledAccount } from '../state.js';
import { proveSecurityCheck } from './prove-security-check.js';

/** By a factor in place of a passkey: never while factors are locked, and on a new device no less to be approved. */
export function signInByFallback(
  command: SignInByFallback,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, proof, sessionId, device } = command;
  const proven = proveFactor(command, state, policy);
  if ('refused' in proven) return reject(proven.refused, ...proven.events);
  const { factor, events } = proven;
  const { grantHash } = proof;
  const admission = admit(state, policy, { ...command, method: factor, passkeyId: null, grantHash });
  if (admission.kind === 'refused') return reject(admission.refused, ...events);
  if (admission.kind === 'waits') return accept(...events, ...admission.events);
  const signedIn: AccountEvent = {
    type: 'SignedInByFallback',
    at,
    data: { factor, grantHash, sessionId, deviceId: admission.deviceId },
    personal: { device },
  };
  return accept(...events, signedIn, ...admission.events);
}

function proveFactor(
  { at, proof }: SignInByFallback,
  state: EnrolledAccount,
  policy: RelyingParty,
):
  | { readonly factor: Factor; readonly events: readonly AccountEvent[] }
  | { readonly refused: Rejection; readonly events: readonly AccountEvent[] } {
  if (proof.kind === 'code') {
    const { check, finding, grantHash } = proof;
    const proven = proveSecurityCheck(
      { type: 'prove-security-check', at, check, finding, on: 'code', grantHash },
      state,
      policy,
    );
    const { events, rejection: refused } = proven;
    return refused === undefined ? { factor: check.factor, events } : { refused, events };
  }
  const found = usableGrant(state, proof.grantHash, 'sign-in', null, at);
  if ('refused' in found) return { ...found, events: [] };
  const { factor } = found.grant;
  const allowed = factor === proof.factor && policy.signIn.fallbacks.includes(factor);
  return allowed ? { factor, events: [] } : { refused: rejection('grant-not-found'), events: [] };
}
