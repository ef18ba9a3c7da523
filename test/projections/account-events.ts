import type { AccountEvent, AccountEventOf, AccountEventType } from '../../src/domain/account/events.js';
import type { RelyingPartySlug, ResetId, SubjectId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { ProjectedEvent } from '../../src/application/projections/projection.js';

const RESET = { resetId: as<ResetId>('reset-1'), provider: 'sumsub' };

/** Of every type one event that the codec accepts. */
const SAMPLES: { readonly [Type in AccountEventType]: AccountEventOf<Type> } = {
  AccountEnrolled: {
    type: 'AccountEnrolled',
    at: 1_000,
    data: { userHandle: as('dXNlcg'), factors: ['sms', 'email'] },
    personal: {
      accountId: as('ann@example.com'),
      displayName: 'Ann',
      contacts: { phone: '+8618591234565', email: 'ann@example.com' },
      identifiers: [],
    },
  },
  FactorsChanged: {
    type: 'FactorsChanged',
    at: 1_100,
    data: {
      changes: [{ factor: 'sms', change: 'proposed' }],
      factors: ['sms', 'email'],
      proof: { kind: 'relying-party' },
      securityEpoch: 0,
      phoneCoolingOffUntil: null,
      emailCoolingOffUntil: null,
      totpStep: null,
    },
    personal: { contacts: { phone: '+8613800138000' }, previous: { phone: '+8618591234565' } },
  },
  AccountDetailsChanged: {
    type: 'AccountDetailsChanged',
    at: 1_200,
    data: {},
    personal: { displayName: 'Ann Lee', identifiers: ['ann'] },
  },
  FactorDisabled: {
    type: 'FactorDisabled',
    at: 1_650,
    data: { factor: 'sms', failuresInARow: 100 },
    personal: {},
  },
  FactorReinstated: {
    type: 'FactorReinstated',
    at: 1_660,
    data: { factor: 'sms', by: 'admin' },
    personal: {},
  },
  LocaleChosen: { type: 'LocaleChosen', at: 1_250, data: { locale: 'zh' }, personal: {} },
  LivenessSubjectLinked: {
    type: 'LivenessSubjectLinked',
    at: 1_300,
    data: { provider: 'sumsub', proof: { kind: 'relying-party' }, securityEpoch: null },
    personal: { subject: 'applicant-7' },
  },
  SecurityCheckPassed: {
    type: 'SecurityCheckPassed',
    at: 1_400,
    data: {
      checkId: as('check-1'),
      factor: 'sms',
      purpose: 'bind-passkey',
      stepUpId: null,
      grantHash: as('grant-hash-1'),
      grantExpiresAt: 2_000,
      checkExpiresAt: 2_000,
      totpStep: null,
      on: 'code',
    },
    personal: {},
  },
  SecurityCheckFailed: {
    type: 'SecurityCheckFailed',
    at: 1_500,
    data: {
      checkId: as('check-2'),
      factor: 'sms',
      purpose: 'sign-in',
      stepUpId: null,
      checkExpiresAt: 2_000,
      wrongGuesses: 1,
      failuresInWindow: 1,
      on: 'code',
    },
    personal: {},
  },
  AccountLocked: {
    type: 'AccountLocked',
    at: 1_600,
    data: { until: 9_000, why: 'too-many-failures', failuresInWindow: 10 },
    personal: {},
  },
  AccountUnlocked: { type: 'AccountUnlocked', at: 1_700, data: { by: 'admin', reason: null }, personal: {} },
  PasskeyRegistered: {
    type: 'PasskeyRegistered',
    at: 1_800,
    data: {
      passkeyId: as('passkey-1'),
      credentialId: as('Y3JlZGVudGlhbA'),
      publicKey: 'a2V5',
      algorithm: -7,
      signCount: 0,
      aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
      transports: ['hybrid', 'internal'],
      backupEligible: true,
      backedUp: false,
      userVerified: true,
      attestation: { format: 'none', trust: 'none' },
      capabilities: ['cross-device', 'scan', 'face'],
      grantHash: as('grant-hash-1'),
      resetId: null,
      vouchedBy: null,
      ceremonyId: as('ceremony-1'),
      entryPoint: 'wallet-onboarding',
      sensitiveActionsFrom: 1_900,
    },
    personal: { name: 'iPhone 15 Pro', device: { platform: 'ios' } },
  },
  PasskeyRenamed: {
    type: 'PasskeyRenamed',
    at: 1_900,
    data: { passkeyId: as('passkey-1') },
    personal: { name: 'Ann’s phone', previousName: 'iPhone 15 Pro' },
  },
  PasskeyUsed: {
    type: 'PasskeyUsed',
    at: 2_000,
    data: {
      passkeyId: as('passkey-1'),
      ceremonyId: as('ceremony-2'),
      ceremonyExpiresAt: 2_100,
      purpose: 'sign-in',
      signCount: 0,
      backedUp: true,
      sessionId: as('session-1'),
      deviceId: null,
    },
    personal: { device: { platform: 'ios' } },
  },
  PasskeyCloneSuspected: {
    type: 'PasskeyCloneSuspected',
    at: 2_100,
    data: { passkeyId: as('passkey-1'), storedCount: 7, receivedCount: 3, consequence: 'suspended' },
    personal: {},
  },
  PasskeyRemoved: {
    type: 'PasskeyRemoved',
    at: 2_200,
    data: { passkeyId: as('passkey-1'), why: 'user' },
    personal: {},
  },
  StepUpPassed: {
    type: 'StepUpPassed',
    at: 2_300,
    data: {
      stepUpId: as('step-up-1'),
      ceremonyId: as('ceremony-3'),
      action: 'onchain-withdrawal',
      transactionDigest: 'ZGlnZXN0',
      methods: ['passkey', 'sms'],
      passkeyId: as('passkey-1'),
      grantHash: null,
      singleUse: true,
      expiresAt: 2_400,
      deviceId: null,
    },
    personal: {},
  },
  StepUpDenied: {
    type: 'StepUpDenied',
    at: 2_400,
    data: { stepUpId: as('step-up-2'), action: 'internal-transfer', reason: 'cooling-off', until: 9_000 },
    personal: {},
  },
  StepUpConsumed: {
    type: 'StepUpConsumed',
    at: 2_500,
    data: { stepUpId: as('step-up-1') },
    personal: {},
  },
  LivenessResetRequested: {
    type: 'LivenessResetRequested',
    at: 2_600,
    data: { ...RESET, attempt: 1, level: 'passkey-reset', secretHash: as('c2VjcmV0'), expiresAt: 2_900 },
    personal: { subject: 'applicant-7' },
  },
  LivenessAttemptFailed: {
    type: 'LivenessAttemptFailed',
    at: 2_700,
    data: { ...RESET, attempt: 1 },
    personal: { evidenceId: 'action-1/1' },
  },
  LivenessResetCancelled: {
    type: 'LivenessResetCancelled',
    at: 2_800,
    data: { ...RESET, attempt: 1, reason: 'old-passkey', stepUpId: as('step-up-3') },
    personal: {},
  },
  LivenessResetRejected: {
    type: 'LivenessResetRejected',
    at: 2_800,
    data: { ...RESET, attempt: 1, reason: 'final' },
    personal: { evidenceId: 'action-1/1' },
  },
  LivenessResetExpired: {
    type: 'LivenessResetExpired',
    at: 2_900,
    data: { ...RESET, attempt: 1, reason: 'time' },
    personal: {},
  },
  LivenessResetCompleted: {
    type: 'LivenessResetCompleted',
    at: 2_800,
    data: {
      ...RESET,
      attempt: 1,
      faceMatched: true,
      removedPasskeyIds: [as('passkey-1')],
      windowUntil: 3_100,
      coolingOffUntil: 9_000,
      securityEpoch: 1,
    },
    personal: { evidenceId: 'action-1/1' },
  },
  LivenessResetDisputed: {
    type: 'LivenessResetDisputed',
    at: 3_000,
    data: {
      ...RESET,
      reason: 'old-passkey',
      stepUpId: as('step-up-4'),
      removedPasskeyIds: [],
      securityEpoch: 2,
    },
    personal: {},
  },
  PasskeyVerificationFailed: {
    type: 'PasskeyVerificationFailed',
    at: 2_600,
    data: { passkeyId: as('passkey-1'), purpose: 'sign-in', reason: 'signature-invalid' },
    personal: {},
  },
  DeviceTrusted: {
    type: 'DeviceTrusted',
    at: 2_650,
    data: {
      deviceId: as('device-1'),
      tokenHash: as('dG9rZW4'),
      why: 'first-passkey',
      approvalId: null,
      sessionId: null,
    },
    personal: { device: { platform: 'ios', model: 'iPhone16,1' } },
  },
  SignedInByFallback: {
    type: 'SignedInByFallback',
    at: 2_700,
    data: {
      factor: 'sms',
      grantHash: as('Z3JhbnQ'),
      sessionId: as('session-2'),
      deviceId: as('device-1'),
    },
    personal: { device: { platform: 'ios' } },
  },
  SignInApprovalRequested: {
    type: 'SignInApprovalRequested',
    at: 2_750,
    data: {
      approvalId: as('approval-1'),
      secretHash: as('c2VjcmV0'),
      deviceId: as('device-2'),
      sessionId: as('session-3'),
      method: 'passkey',
      passkeyId: as('passkey-1'),
      grantHash: null,
      expiresAt: 3_050,
    },
    personal: { device: { platform: 'android' } },
  },
  SignInNumberMismatched: {
    type: 'SignInNumberMismatched',
    at: 2_760,
    data: { approvalId: as('approval-1'), wrongNumbers: 1 },
    personal: {},
  },
  SignInRecoveryStarted: {
    type: 'SignInRecoveryStarted',
    at: 2_770,
    data: {
      approvalId: as('approval-1'),
      factor: 'sms',
      grantHash: as('Z3JhbnQ'),
      approvedFrom: 5_000,
      collectBy: 9_000,
    },
    personal: {},
  },
  SignInApproved: {
    type: 'SignInApproved',
    at: 2_780,
    data: {
      approvalId: as('approval-1'),
      by: 'trusted-device',
      deviceId: as('device-1'),
      stepUpId: as('step-up-1'),
      collectBy: 3_080,
    },
    personal: {},
  },
  SignInDenied: {
    type: 'SignInDenied',
    at: 2_790,
    data: { approvalId: as('approval-1'), why: 'user' },
    personal: {},
  },
  SignInApprovalExpired: {
    type: 'SignInApprovalExpired',
    at: 2_800,
    data: { approvalId: as('approval-1') },
    personal: {},
  },
  DeviceRemoved: {
    type: 'DeviceRemoved',
    at: 2_900,
    data: { deviceId: as('device-1'), why: 'user', endedSessions: [as('session-2')] },
    personal: {},
  },
  AccountErased: {
    type: 'AccountErased',
    at: 2_950,
    data: { receiptId: as('receipt-1'), securityEpoch: 1 },
    personal: {},
  },
};

export const EVERY_TYPE = Object.keys(SAMPLES) as readonly AccountEventType[];

/** The sample of a type. */
export function sample<Type extends AccountEventType>(type: Type): AccountEventOf<Type> {
  return SAMPLES[type];
}

export const RP: RelyingPartySlug = as('mpchat');
export const SUBJECT: SubjectId = as('subject-1');

/** Seals so that a spec can read what was sealed for where. */
export const sealedText = (context: string, value: unknown): Uint8Array =>
  new TextEncoder().encode(`${context} ${JSON.stringify(value)}`);

/** The event as a projection is shown it, the fifth of its account. */
export function projected(event: AccountEvent, parts: Partial<ProjectedEvent> = {}): ProjectedEvent {
  return {
    rp: RP,
    subject: SUBJECT,
    stream: `account-${RP}.${SUBJECT}`,
    revision: 4,
    position: 17,
    eventId: '3f0c1a52-8a7e-4c8e-9d51-0d6b6a6e2f10',
    correlationId: 'correlation-1',
    causationId: 'command-1',
    actor: 'client',
    event,
    seal: sealedText,
    ...parts,
  };
}
