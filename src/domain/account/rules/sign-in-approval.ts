import type { ApprovalId, DeviceId, GrantHash, PasskeyId, SecretHash, SessionId } from '../../kernel/ids.js';
import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { Device } from '../../policy/device.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { Stranger } from '../commands.js';
import type { AccountEvent, StepUpMethod } from '../events.js';
import type { EnrolledAccount, SignInApproval } from '../state.js';
import { isUndecided, proofOf } from '../sign-in-approvals.js';
import { trustDevice, trustedDevice } from './devices.js';

/** A sign-in whose passkey or factor is proven; what is left to judge is the device. */
export interface ProvenSignIn {
  readonly at: Instant;
  readonly method: StepUpMethod;
  readonly passkeyId: PasskeyId | null;
  readonly grantHash: GrantHash | null;
  readonly sessionId: SessionId;
  readonly device: Device | null;
  readonly deviceTokenHash: SecretHash | null;
  readonly stranger: Stranger | null;
}

export type Admission =
  | {
      readonly kind: 'signed-in';
      readonly deviceId: DeviceId | null;
      readonly events: readonly AccountEvent[];
    }
  | { readonly kind: 'waits'; readonly events: readonly AccountEvent[] }
  | { readonly kind: 'refused'; readonly refused: Rejection };

/** Whether a proven sign-in is let in on its device, has to be approved, or may not even be asked for (invariant 16). */
export function admit(state: EnrolledAccount, policy: RelyingParty, signIn: ProvenSignIn): Admission {
  const known = trustedDevice(state, signIn.deviceTokenHash);
  if (known !== undefined) return { kind: 'signed-in', deviceId: known.deviceId, events: [] };
  if (!policy.newDeviceApproval.required) return { kind: 'signed-in', deviceId: null, events: [] };
  // A policy that asks for approval is never answered without what it takes to wait for one.
  if (signIn.stranger === null) return { kind: 'refused', refused: rejection('device-not-trusted') };
  if (state.devices.length === 0) {
    const alone = withNobodyToAsk(state, signIn, signIn.stranger);
    if (alone !== undefined) return alone;
  }
  return askForApproval(state, policy, signIn, signIn.stranger);
}

/**
 * No device is trusted yet, or none any more. A passkey at full power is trust enough; without any passkey a factor is
 * all that there is to prove the account by. A factor beside a passkey is not.
 */
function withNobodyToAsk(
  state: EnrolledAccount,
  signIn: ProvenSignIn,
  stranger: Stranger,
): Admission | undefined {
  const { at, passkeyId, sessionId, device } = signIn;
  if (passkeyId === null) {
    // After a reset a code may be the thief's, who has the phone: whoever adds the new passkey can approve it, or deny it.
    const nothingElse = state.passkeys.length === 0 && !state.resets.required;
    return nothingElse ? { kind: 'signed-in', deviceId: null, events: [] } : undefined;
  }
  const passkey = state.passkeys.find((candidate) => candidate.passkeyId === passkeyId);
  // One that nobody vouched for must not become the device that approves all others.
  if (passkey === undefined || passkey.sensitiveActionsFrom > at) {
    return { kind: 'signed-in', deviceId: null, events: [] };
  }
  const { deviceId, tokenHash } = stranger;
  const data = { deviceId, tokenHash, why: 'only-device', approvalId: null, sessionId } as const;
  return { kind: 'signed-in', deviceId: null, events: trustDevice(state, at, data, device) };
}

/**
 * One request at a time, and none for a while after a denial. Whoever has one factor must not thereby keep the owner's passkey
 * out (invariant 14): a passkey takes the place of a request that a factor proved, and each kind of proof pauses by itself.
 */
function askForApproval(
  state: EnrolledAccount,
  policy: RelyingParty,
  signIn: ProvenSignIn,
  stranger: Stranger,
): Admission {
  const { at, method, passkeyId, grantHash, sessionId, device } = signIn;
  const { lifetime, pause } = policy.newDeviceApproval;
  const proof = proofOf(method);
  const pausedUntil = (state.signInDeniedAt[proof] ?? -pause) + pause;
  if (pausedUntil > at)
    return { kind: 'refused', refused: rejection('approval-paused', { until: pausedUntil }) };
  const open = state.approvals.filter(({ status }) => status === 'open');
  const over = state.approvals.filter(
    (approval) =>
      approval.status === 'open' ||
      (isUndecided(approval) && approvalStatus(state, approval, at) === 'expired'),
  );
  const waiting = open.find(
    (approval) =>
      approvalStatus(state, approval, at) === 'open' &&
      (proof === 'factor' || proofOf(approval.method) === 'passkey'),
  );
  if (waiting !== undefined) {
    return { kind: 'refused', refused: rejection('approval-pending', { until: waiting.expiresAt }) };
  }
  const { approvalId, secretHash, deviceId } = stranger;
  return {
    kind: 'waits',
    events: [
      ...over.map((each) => expiredEvent(each.approvalId, at)),
      {
        type: 'SignInApprovalRequested',
        at,
        data: {
          approvalId,
          secretHash,
          deviceId,
          sessionId,
          method,
          passkeyId,
          grantHash,
          expiresAt: at + lifetime,
        },
        personal: { device },
      },
    ],
  };
}

export function expiredEvent(approvalId: ApprovalId, at: Instant): AccountEvent {
  return { type: 'SignInApprovalExpired', at, data: { approvalId }, personal: {} };
}

/** What a request has come to by now: time decides, whether or not an event has said so yet. */
export function approvalStatus(
  state: EnrolledAccount,
  approval: SignInApproval,
  now: Instant,
): SignInApproval['status'] {
  const { status, approvedFrom, expiresAt, securityEpoch } = approval;
  if (status === 'denied' || status === 'collected' || status === 'expired') return status;
  if (expiresAt <= now || securityEpoch !== state.securityEpoch) return 'expired';
  return status === 'recovering' && approvedFrom !== null && approvedFrom <= now ? 'approved' : status;
}

export function approvalNamed(state: EnrolledAccount, approvalId: ApprovalId): SignInApproval | undefined {
  return state.approvals.find((approval) => approval.approvalId === approvalId);
}
