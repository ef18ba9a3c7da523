import { personalOf } from '../kernel/event.js';
import { unreachable } from '../kernel/exhaustive.js';
import type { ApprovalId, DeviceId, GrantHash, PasskeyId, SessionId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';
import type { AccountEventOf, StepUpMethod } from './events.js';
import type { EnrolledAccount, Grant, SignInApproval, TrustedDevice } from './state.js';

/** A token lives for an hour; nobody opens more on one device in that time. */
const SESSIONS_REMEMBERED = 8;

type ApprovalEvent = AccountEventOf<
  | 'SignInApprovalRequested'
  | 'SignInNumberMismatched'
  | 'SignInApproved'
  | 'SignInDenied'
  | 'SignInApprovalExpired'
  | 'SignInRecoveryStarted'
  | 'DeviceTrusted'
  | 'DeviceRemoved'
>;

/** What an event leaves of the account's members that speak of devices and of sign-ins on new ones. */
export function signInApprovals(
  state: EnrolledAccount,
  event: ApprovalEvent,
): Partial<Pick<EnrolledAccount, 'approvals' | 'devices' | 'grants' | 'signInDeniedAt'>> {
  const changed = (
    approvalId: ApprovalId | null,
    change: Partial<SignInApproval>,
  ): readonly SignInApproval[] =>
    state.approvals.map((approval) =>
      approval.approvalId === approvalId ? { ...approval, ...change } : approval,
    );
  switch (event.type) {
    case 'SignInApprovalRequested': {
      const { grantHash, ...request } = event.data;
      const approval: SignInApproval = {
        ...request,
        requestedAt: event.at,
        device: personalOf(event)?.device ?? null,
        securityEpoch: state.securityEpoch,
        wrongNumbers: 0,
        status: 'open',
        approvedFrom: null,
        approvedBy: null,
      };
      return {
        approvals: [...state.approvals, approval],
        grants: grantHash === null ? state.grants : spend(state.grants, grantHash),
      };
    }
    case 'SignInNumberMismatched': {
      const { approvalId, wrongNumbers } = event.data;
      return { approvals: changed(approvalId, { wrongNumbers }) };
    }
    case 'SignInApproved': {
      const { approvalId, collectBy, deviceId } = event.data;
      const approved = { status: 'approved', approvedBy: deviceId, expiresAt: collectBy } as const;
      return { approvals: changed(approvalId, approved) };
    }
    case 'SignInDenied': {
      const { approvalId } = event.data;
      const denied = state.approvals.find((approval) => approval.approvalId === approvalId);
      const proof = proofOf(denied?.method ?? 'passkey');
      return {
        approvals: changed(approvalId, { status: 'denied' }),
        // Two clients' denials may be recorded in another order than they were asked in: the later pause stands.
        signInDeniedAt: {
          ...state.signInDeniedAt,
          [proof]: Math.max(event.at, state.signInDeniedAt[proof] ?? 0),
        },
      };
    }
    case 'SignInApprovalExpired':
      return { approvals: changed(event.data.approvalId, { status: 'expired' }) };
    case 'SignInRecoveryStarted': {
      const { approvalId, approvedFrom, collectBy, grantHash } = event.data;
      return {
        approvals: changed(approvalId, { status: 'recovering', approvedFrom, expiresAt: collectBy }),
        grants: spend(state.grants, grantHash),
      };
    }
    case 'DeviceTrusted': {
      const { deviceId, tokenHash, approvalId, sessionId } = event.data;
      const sessions = sessionId === null ? [] : [sessionId];
      return {
        devices: [...state.devices, { deviceId, tokenHash, lastUsedAt: event.at, sessions }],
        approvals: changed(approvalId, { status: 'collected' }),
      };
    }
    case 'DeviceRemoved': {
      const { deviceId } = event.data;
      return {
        devices: state.devices.filter((device) => device.deviceId !== deviceId),
        // What it approved and nobody has collected goes with it.
        approvals: state.approvals.map((approval) =>
          approval.status === 'approved' && approval.approvedBy === deviceId
            ? { ...approval, status: 'expired' }
            : approval,
        ),
      };
    }
    default:
      return unreachable(event);
  }
}

/** Neither decided nor recorded as expired: what time has made of it is still to be said. */
export function isUndecided({ status }: SignInApproval): boolean {
  return status === 'open' || status === 'recovering' || status === 'approved';
}

/**
 * Without those that are over. One that nobody has said is over is kept, however late its timer comes; the next request has it
 * recorded too, so that they don't grow in number.
 */
export function rememberedApprovals(
  approvals: readonly SignInApproval[],
  oldest: Instant,
): readonly SignInApproval[] {
  return approvals.filter((approval) => approval.expiresAt > oldest || isUndecided(approval));
}

/** What a passkey proved is worth nothing from the moment that it proves nothing itself. */
export function withoutProof(
  approvals: readonly SignInApproval[],
  passkeyId: PasskeyId,
  at: Instant,
): readonly SignInApproval[] {
  return approvals.map((approval) =>
    approval.passkeyId === passkeyId
      ? { ...approval, expiresAt: Math.min(approval.expiresAt, at) }
      : approval,
  );
}

/** What proved a sign-in: requests and pauses of one kind don't hold up the other. */
export function proofOf(method: StepUpMethod): 'passkey' | 'factor' {
  return method === 'passkey' ? 'passkey' : 'factor';
}

export function withSession(
  devices: readonly TrustedDevice[],
  deviceId: DeviceId | null,
  sessionId: SessionId | null,
  at: Instant,
): readonly TrustedDevice[] {
  if (deviceId === null || sessionId === null) return devices;
  return devices.map((device) =>
    device.deviceId === deviceId
      ? {
          ...device,
          lastUsedAt: at,
          sessions: [...device.sessions, sessionId].slice(-SESSIONS_REMEMBERED),
        }
      : device,
  );
}

export function spend(grants: readonly Grant[], hash: GrantHash): readonly Grant[] {
  return grants.map((grant) => (grant.hash === hash ? { ...grant, spent: true } : grant));
}
