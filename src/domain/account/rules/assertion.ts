import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { CeremonyId, DeviceId, PasskeyId, SessionId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { HOUR } from '../../kernel/time.js';
import type { Device } from '../../policy/device.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { judgeSignCount } from '../../policy/sign-count.js';
import type { AssertionFinding } from '../commands.js';
import type { AccountEvent, PasskeyPurpose } from '../events.js';
import type { EnrolledAccount, Passkey } from '../state.js';
import { passkeysThatProve } from './resets.js';
import { ceremonySpent } from './used-ceremonies.js';

/** More in an hour are refused all the same, and counted by the metrics alone. */
export const BAD_ASSERTIONS_RECORDED = 10;

export interface VerifiedUse {
  readonly passkey: Passkey;
  readonly events: readonly AccountEvent[];
}

/**
 * A passkey's assertion, judged: the events its use comes to, or the refusal with what is recorded of it.
 * Sign counts are compared here, after the signature was found good (invariant 7).
 */
export function judgeAssertion(
  state: EnrolledAccount,
  policy: RelyingParty,
  use: {
    readonly at: Instant;
    readonly passkeyId: PasskeyId | null;
    readonly ceremonyId: CeremonyId;
    readonly ceremonyExpiresAt: Instant;
    readonly purpose: PasskeyPurpose;
    readonly sessionId: SessionId | null;
    readonly deviceId: DeviceId | null;
    readonly device: Device | null;
    readonly finding: AssertionFinding;
  },
): VerifiedUse | { readonly refused: Rejection; readonly events: readonly AccountEvent[] } {
  const passkey = passkeysThatProve(state, use.purpose, use.at).find(
    (candidate) => candidate.passkeyId === use.passkeyId,
  );
  if (passkey === undefined || !use.finding.ok) {
    const reason = use.finding.ok ? 'credential-not-allowed' : use.finding.reason;
    return { refused: rejection('verification-failed'), events: badAssertion(state, use, reason) };
  }
  const spent = ceremonySpent(state.ceremonies, use.ceremonyId, use.ceremonyExpiresAt);
  if (spent !== undefined) return { refused: spent, events: [] };
  if (passkey.status === 'suspended') return { refused: rejection('passkey-suspended'), events: [] };

  const { signCount, backedUp } = use.finding;
  // Of a removed passkey counts are no longer kept; it can't do more than lock.
  const judged =
    use.purpose === 'dispute-reset'
      ? 'grows'
      : judgeSignCount(passkey, signCount, policy.passkeys.cloneConsequence);
  const suspicion: readonly AccountEvent[] =
    judged === 'grows'
      ? []
      : [
          {
            type: 'PasskeyCloneSuspected',
            at: use.at,
            data: {
              passkeyId: passkey.passkeyId,
              storedCount: passkey.signCount,
              receivedCount: signCount,
              consequence: judged,
            },
            personal: {},
          },
        ];
  if (judged === 'suspended') return { refused: rejection('passkey-suspended'), events: suspicion };

  return {
    passkey,
    events: [
      ...suspicion,
      {
        type: 'PasskeyUsed',
        at: use.at,
        data: {
          passkeyId: passkey.passkeyId,
          ceremonyId: use.ceremonyId,
          ceremonyExpiresAt: use.ceremonyExpiresAt,
          purpose: use.purpose,
          signCount,
          backedUp,
          sessionId: use.sessionId,
          deviceId: use.deviceId,
        },
        personal: { device: use.device },
      },
    ],
  };
}

/** It never locks: whoever sends bad answers must not keep the owner out (invariant 14). */
function badAssertion(
  state: EnrolledAccount,
  {
    at,
    passkeyId,
    purpose,
  }: {
    readonly at: Instant;
    readonly passkeyId: PasskeyId | null;
    readonly purpose: PasskeyPurpose;
  },
  reason: string,
): readonly AccountEvent[] {
  const recorded = state.badAssertions.filter((time) => time > at - HOUR).length;
  if (recorded >= BAD_ASSERTIONS_RECORDED) return [];
  const data = { passkeyId, purpose, reason };
  return [{ type: 'PasskeyVerificationFailed', at, data, personal: {} }];
}
