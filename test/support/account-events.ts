import type { AccountEventOf, AccountEventType, ContactFactors } from '../../src/domain/account/events.js';
import { CONTACT_OF } from '../../src/domain/account/evolve.js';
import type { CodeFactor, FactorChange } from '../../src/domain/account/events.js';
import type { Redacted } from '../../src/domain/kernel/event.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { Instant } from '../../src/domain/kernel/time.js';
import { DAY, MINUTE } from '../../src/domain/kernel/time.js';
import type { Device } from '../../src/domain/policy/device.js';

/** One account's past, event by event. What a builder isn't told is the same as in `account-commands.ts`. */

export const NOON: Instant = Date.UTC(2026, 2, 2, 12);
export const PHONE = '+8618512345678';
export const NEW_PHONE = '+8613900000000';
export const EMAIL = 'ada@example.com';
export const NEW_EMAIL = 'ada@example.org';
export const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const CONTACTS: ContactFactors = { phone: PHONE, email: EMAIL, totpSecret: SECRET };

/** Meets the floor of both products. */
export const IPHONE: Device = {
  platform: 'ios',
  osVersion: '18.1',
  appKind: 'mobile',
  appVersion: '99.0',
  screenLock: true,
  biometrics: ['face'],
};

type Data<Type extends AccountEventType> = AccountEventOf<Type>['data'];
type Personal<Type extends AccountEventType> = Exclude<AccountEventOf<Type>['personal'], Redacted>;
type Told<Type extends AccountEventType> = Partial<Data<Type> & Personal<Type>> & { readonly at?: Instant };

export const FACTORS: readonly CodeFactor[] = ['sms', 'email', 'totp'];

/** With a phone and an email unless it is told otherwise. */
export function enrolled(
  contacts: ContactFactors = { phone: PHONE, email: EMAIL },
  at: Instant = NOON,
): AccountEventOf<'AccountEnrolled'> {
  return {
    type: 'AccountEnrolled',
    at,
    data: {
      userHandle: as('user-handle'),
      factors: FACTORS.filter((factor) => contacts[CONTACT_OF[factor]] !== undefined),
    },
    personal: { accountId: as('ada'), displayName: null, contacts, identifiers: [] },
  };
}

/** Sets of a factor after each change; `factors` are the confirmed ones after it. */
export function factorsChanged({
  at = NOON,
  contacts = {},
  previous = {},
  ...data
}: Told<'FactorsChanged'> & Pick<Data<'FactorsChanged'>, 'changes'>): AccountEventOf<'FactorsChanged'> {
  return {
    type: 'FactorsChanged',
    at,
    data: {
      factors: ['sms', 'email'],
      proof: { kind: 'relying-party' },
      securityEpoch: 0,
      phoneCoolingOffUntil: null,
      emailCoolingOffUntil: null,
      totpStep: null,
      ...data,
    },
    personal: { contacts, previous },
  };
}

export const change = (factor: CodeFactor, kind: FactorChange) => ({ factor, change: kind }) as const;

export function checkPassed({ at = NOON, ...data }: Told<'SecurityCheckPassed'> = {}) {
  return {
    type: 'SecurityCheckPassed',
    at,
    data: {
      checkId: as('check-1'),
      factor: 'sms',
      purpose: 'bind-passkey',
      stepUpId: null,
      grantHash: as('grant-1'),
      grantExpiresAt: at + 10 * MINUTE,
      checkExpiresAt: at + 10 * MINUTE,
      totpStep: null,
      on: 'code',
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'SecurityCheckPassed'>;
}

export function checkFailed({ at = NOON, ...data }: Told<'SecurityCheckFailed'> = {}) {
  return {
    type: 'SecurityCheckFailed',
    at,
    data: {
      checkId: as('check-1'),
      factor: 'sms',
      purpose: 'bind-passkey',
      stepUpId: null,
      checkExpiresAt: NOON + 10 * MINUTE,
      wrongGuesses: 1,
      failuresInWindow: 1,
      on: 'code',
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'SecurityCheckFailed'>;
}

export function locked({ at = NOON, ...data }: Told<'AccountLocked'> = {}) {
  return {
    type: 'AccountLocked',
    at,
    data: { until: at + 60 * MINUTE, why: 'too-many-failures', failuresInWindow: 10, ...data },
    personal: {},
  } satisfies AccountEventOf<'AccountLocked'>;
}

export function unlocked(
  at: Instant,
  reason: AccountEventOf<'AccountUnlocked'>['data']['reason'] = null,
): AccountEventOf<'AccountUnlocked'> {
  return { type: 'AccountUnlocked', at, data: { by: 'admin', reason }, personal: {} };
}

/** The account's first passkey, synced and at full power. */
export function registered({
  at = NOON,
  name = 'iPhone',
  device = IPHONE,
  ...data
}: Told<'PasskeyRegistered'> = {}): AccountEventOf<'PasskeyRegistered'> {
  return {
    type: 'PasskeyRegistered',
    at,
    data: {
      passkeyId: as('passkey-1'),
      credentialId: as('credential-1'),
      publicKey: 'public-key',
      algorithm: -7,
      signCount: 0,
      aaguid: '00000000-0000-0000-0000-000000000000',
      transports: ['internal', 'hybrid'],
      backupEligible: true,
      backedUp: true,
      userVerified: true,
      attestation: { format: 'none', trust: 'none' },
      capabilities: ['cross-device', 'scan', 'face'],
      grantHash: as('grant-1'),
      resetId: null,
      vouchedBy: null,
      ceremonyId: as('ceremony-1'),
      entryPoint: 'security-center',
      sensitiveActionsFrom: at,
      ...data,
    },
    personal: { name, device },
  };
}

/** A second passkey, that a code alone added. */
export function registeredSecond(told: Told<'PasskeyRegistered'> = {}): AccountEventOf<'PasskeyRegistered'> {
  return registered({
    passkeyId: as('passkey-2'),
    credentialId: as('credential-2'),
    grantHash: as('grant-2'),
    ceremonyId: as('ceremony-2'),
    name: 'Pixel',
    ...told,
  });
}

export function used({
  at = NOON,
  device = null,
  ...data
}: Told<'PasskeyUsed'> = {}): AccountEventOf<'PasskeyUsed'> {
  return {
    type: 'PasskeyUsed',
    at,
    data: {
      passkeyId: as('passkey-1'),
      ceremonyId: as('ceremony-9'),
      ceremonyExpiresAt: NOON + 5 * MINUTE,
      purpose: 'step-up',
      signCount: 0,
      backedUp: true,
      sessionId: null,
      deviceId: null,
      ...data,
    },
    personal: { device },
  };
}

export function cloneSuspected({ at = NOON, ...data }: Told<'PasskeyCloneSuspected'> = {}) {
  return {
    type: 'PasskeyCloneSuspected',
    at,
    data: {
      passkeyId: as('passkey-1'),
      storedCount: 7,
      receivedCount: 7,
      consequence: 'suspended',
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'PasskeyCloneSuspected'>;
}

export function removed({ at = NOON, ...data }: Told<'PasskeyRemoved'> = {}) {
  return {
    type: 'PasskeyRemoved',
    at,
    data: { passkeyId: as('passkey-1'), why: 'user', ...data },
    personal: {},
  } satisfies AccountEventOf<'PasskeyRemoved'>;
}

/** Proven by the first passkey. */
export function stepUpPassed({ at = NOON, ...data }: Told<'StepUpPassed'> = {}) {
  return {
    type: 'StepUpPassed',
    at,
    data: {
      stepUpId: as('step-up-1'),
      ceremonyId: as('ceremony-9'),
      action: 'withdraw-funds',
      transactionDigest: 'digest',
      methods: ['passkey'],
      passkeyId: as('passkey-1'),
      grantHash: null,
      singleUse: true,
      expiresAt: at + 5 * MINUTE,
      deviceId: null,
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'StepUpPassed'>;
}

export function stepUpDenied({ at = NOON, ...data }: Told<'StepUpDenied'> = {}) {
  return {
    type: 'StepUpDenied',
    at,
    data: { stepUpId: as('step-up-1'), action: 'withdraw-funds', reason: 'cooling-off', until: at, ...data },
    personal: {},
  } satisfies AccountEventOf<'StepUpDenied'>;
}

export function stepUpConsumed(at: Instant, stepUpId = 'step-up-1'): AccountEventOf<'StepUpConsumed'> {
  return { type: 'StepUpConsumed', at, data: { stepUpId: as(stepUpId) }, personal: {} };
}

/** The applicant whom the account's resets have to be about. */
export const APPLICANT = 'applicant-1';

export function linked(subject = APPLICANT, provider = 'sumsub'): AccountEventOf<'LivenessSubjectLinked'> {
  return {
    type: 'LivenessSubjectLinked',
    at: NOON,
    data: { provider, proof: { kind: 'relying-party' }, securityEpoch: null },
    personal: { subject },
  };
}

export function resetRequested({
  at = NOON,
  subject = APPLICANT,
  ...data
}: Told<'LivenessResetRequested'> = {}): AccountEventOf<'LivenessResetRequested'> {
  return {
    type: 'LivenessResetRequested',
    at,
    data: {
      resetId: as('reset-1'),
      provider: 'sumsub',
      attempt: 1,
      level: 'passkey-reset',
      secretHash: as('secret-1'),
      expiresAt: at + 30 * MINUTE,
      ...data,
    },
    personal: { subject },
  };
}

export function attemptFailed({
  at = NOON,
  evidenceId = 'action-1/1',
  ...data
}: Told<'LivenessAttemptFailed'> = {}): AccountEventOf<'LivenessAttemptFailed'> {
  return {
    type: 'LivenessAttemptFailed',
    at,
    data: { resetId: as('reset-1'), provider: 'sumsub', attempt: 1, ...data },
    personal: { evidenceId },
  };
}

export function resetCancelled({ at = NOON, ...data }: Told<'LivenessResetCancelled'> = {}) {
  return {
    type: 'LivenessResetCancelled',
    at,
    data: {
      resetId: as('reset-1'),
      provider: 'sumsub',
      attempt: 1,
      reason: 'old-passkey',
      stepUpId: as('step-up-1'),
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'LivenessResetCancelled'>;
}

export function resetRejected({
  at = NOON,
  evidenceId = 'action-1/1',
  ...data
}: Told<'LivenessResetRejected'> = {}): AccountEventOf<'LivenessResetRejected'> {
  return {
    type: 'LivenessResetRejected',
    at,
    data: { resetId: as('reset-1'), provider: 'sumsub', attempt: 1, reason: 'final', ...data },
    personal: { evidenceId },
  };
}

export function resetExpired({ at = NOON, ...data }: Told<'LivenessResetExpired'> = {}) {
  return {
    type: 'LivenessResetExpired',
    at,
    data: { resetId: as('reset-1'), provider: 'sumsub', attempt: 1, reason: 'time', ...data },
    personal: {},
  } satisfies AccountEventOf<'LivenessResetExpired'>;
}

/** Of an account with one passkey, whose `removed` event comes after it. */
export function resetCompleted({
  at = NOON,
  evidenceId = 'action-1/1',
  ...data
}: Told<'LivenessResetCompleted'> = {}): AccountEventOf<'LivenessResetCompleted'> {
  return {
    type: 'LivenessResetCompleted',
    at,
    data: {
      resetId: as('reset-1'),
      provider: 'sumsub',
      attempt: 1,
      faceMatched: true,
      removedPasskeyIds: [as('passkey-1')],
      windowUntil: at + 30 * MINUTE,
      coolingOffUntil: at + 24 * 60 * MINUTE,
      securityEpoch: 1,
      ...data,
    },
    personal: { evidenceId },
  };
}

export function resetDisputed({ at = NOON, ...data }: Told<'LivenessResetDisputed'> = {}) {
  return {
    type: 'LivenessResetDisputed',
    at,
    data: {
      resetId: as('reset-1'),
      provider: 'sumsub',
      reason: 'old-passkey',
      stepUpId: as('step-up-1'),
      removedPasskeyIds: [],
      securityEpoch: 2,
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'LivenessResetDisputed'>;
}

/** The device that made the first passkey, unless it is told otherwise. */
export function deviceTrusted({ at = NOON, device = IPHONE, ...data }: Told<'DeviceTrusted'> = {}) {
  return {
    type: 'DeviceTrusted',
    at,
    data: {
      deviceId: as('device-1'),
      tokenHash: as('device-token-1'),
      why: 'first-passkey',
      approvalId: null,
      sessionId: null,
      ...data,
    },
    personal: { device },
  } satisfies AccountEventOf<'DeviceTrusted'>;
}

export function deviceRemoved({ at = NOON, ...data }: Told<'DeviceRemoved'> = {}) {
  return {
    type: 'DeviceRemoved',
    at,
    data: { deviceId: as('device-1'), why: 'user', endedSessions: [], ...data },
    personal: {},
  } satisfies AccountEventOf<'DeviceRemoved'>;
}

export function erased(at = NOON, securityEpoch = 1) {
  return {
    type: 'AccountErased',
    at,
    data: { receiptId: as('receipt-1'), securityEpoch },
    personal: {},
  } satisfies AccountEventOf<'AccountErased'>;
}

export function signedInByFallback({ at = NOON, device = null, ...data }: Told<'SignedInByFallback'> = {}) {
  return {
    type: 'SignedInByFallback',
    at,
    data: {
      factor: 'sms',
      grantHash: as('grant-1'),
      sessionId: as('session-1'),
      deviceId: as('device-1'),
      ...data,
    },
    personal: { device },
  } satisfies AccountEventOf<'SignedInByFallback'>;
}

/** By the first passkey, on a device that nobody trusts. */
export function approvalRequested({
  at = NOON,
  device = null,
  ...data
}: Told<'SignInApprovalRequested'> = {}) {
  return {
    type: 'SignInApprovalRequested',
    at,
    data: {
      approvalId: as('approval-1'),
      secretHash: as('approval-secret-1'),
      deviceId: as('device-2'),
      sessionId: as('session-1'),
      method: 'passkey',
      passkeyId: as('passkey-1'),
      grantHash: null,
      expiresAt: at + 5 * MINUTE,
      ...data,
    },
    personal: { device },
  } satisfies AccountEventOf<'SignInApprovalRequested'>;
}

export function numberMismatched(wrongNumbers: number, at: Instant = NOON) {
  return {
    type: 'SignInNumberMismatched',
    at,
    data: { approvalId: as('approval-1'), wrongNumbers },
    personal: {},
  } satisfies AccountEventOf<'SignInNumberMismatched'>;
}

export function signInApproved({ at = NOON, ...data }: Told<'SignInApproved'> = {}) {
  return {
    type: 'SignInApproved',
    at,
    data: {
      approvalId: as('approval-1'),
      by: 'trusted-device',
      deviceId: as('device-1'),
      stepUpId: as('step-up-1'),
      collectBy: at + 5 * MINUTE,
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'SignInApproved'>;
}

export function signInDenied({ at = NOON, ...data }: Told<'SignInDenied'> = {}) {
  return {
    type: 'SignInDenied',
    at,
    data: { approvalId: as('approval-1'), why: 'user', ...data },
    personal: {},
  } satisfies AccountEventOf<'SignInDenied'>;
}

export function approvalExpired(at: Instant = NOON, approvalId = 'approval-1') {
  return {
    type: 'SignInApprovalExpired',
    at,
    data: { approvalId: as(approvalId) },
    personal: {},
  } satisfies AccountEventOf<'SignInApprovalExpired'>;
}

export function recoveryStarted({ at = NOON, ...data }: Told<'SignInRecoveryStarted'> = {}) {
  return {
    type: 'SignInRecoveryStarted',
    at,
    data: {
      approvalId: as('approval-1'),
      factor: 'sms',
      grantHash: as('grant-1'),
      approvedFrom: at + DAY,
      collectBy: at + 2 * DAY,
      ...data,
    },
    personal: {},
  } satisfies AccountEventOf<'SignInRecoveryStarted'>;
}

export function verificationFailed(
  reason: string,
  { at = NOON, ...data }: Told<'PasskeyVerificationFailed'> = {},
) {
  return {
    type: 'PasskeyVerificationFailed',
    at,
    data: { passkeyId: as('passkey-1'), purpose: 'sign-in', reason, ...data },
    personal: {},
  } satisfies AccountEventOf<'PasskeyVerificationFailed'>;
}
