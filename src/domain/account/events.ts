import type { DomainEvent } from '../kernel/event.js';
import type {
  AccountId,
  ApprovalId,
  CeremonyId,
  CheckId,
  CredentialId,
  DeviceId,
  GrantHash,
  PasskeyId,
  ReceiptId,
  ResetId,
  ResetSecretHash,
  SecretHash,
  SessionId,
  StepUpId,
  UserHandle,
} from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';
import type { Biometric, Device } from '../policy/device.js';
import type { Language } from '../texts/language.js';

/**
 * What can happen to an account. The names and the members of `data` are the storage format: never rename
 * one, add a schema version and an upcast instead. Whatever could point at a person stands in `personal`.
 */

/** An existing way to prove the account. A password is only ever the relying party's own word. */
export type CodeFactor = 'sms' | 'email' | 'totp';
export type Factor = CodeFactor | 'password';

/** What a security check is passed for; a grant serves no other purpose. */
export type Purpose = 'bind-passkey' | 'sign-in' | 'step-up' | 'change-factors';

/** Values of factors: phone in E.164, email as given, TOTP secret in base32 (RFC 4648 §6). */
export interface ContactFactors {
  readonly phone?: string;
  readonly email?: string;
  readonly totpSecret?: string;
}

/** On whose proof a protected setting was changed. */
export type Proof =
  | { readonly kind: 'grant'; readonly factor: Factor; readonly grantHash: GrantHash }
  | { readonly kind: 'step-up'; readonly stepUpId: StepUpId }
  /** A code that reached the new destination confirmed it; the proposal had its own proof. */
  | { readonly kind: 'confirmation'; readonly checkId: CheckId }
  | { readonly kind: 'relying-party' }
  /** What only waited for its confirmation was taken back. */
  | { readonly kind: 'not-needed' };

export type AccountEnrolled = DomainEvent<
  'AccountEnrolled',
  { readonly userHandle: UserHandle; readonly factors: readonly CodeFactor[] },
  {
    readonly accountId: AccountId;
    readonly displayName: string | null;
    readonly contacts: ContactFactors;
    /** Further names the account may be found by at sign-in, as the relying party gave them. */
    readonly identifiers: readonly string[];
  }
>;

/** `proposed` waits for its confirmation and counts for nothing until then; `withdrawn` is one that waits no more. */
export type FactorChange = 'proposed' | 'confirmed' | 'removed' | 'withdrawn';

export type FactorsChanged = DomainEvent<
  'FactorsChanged',
  {
    readonly changes: readonly { readonly factor: CodeFactor; readonly change: FactorChange }[];
    /** The confirmed factors after the change. */
    readonly factors: readonly CodeFactor[];
    readonly proof: Proof;
    readonly securityEpoch: number;
    /** Actions that stop after a phone change stop until then. */
    readonly phoneCoolingOffUntil: Instant | null;
    /** The same after an email change, where the policy has that. */
    readonly emailCoolingOffUntil: Instant | null;
    /** The TOTP step whose code confirmed an enrolment, spent by it (RFC 6238 §5.2). */
    readonly totpStep: number | null;
  },
  { readonly contacts: ContactFactors; readonly previous: ContactFactors }
>;

export type AccountDetailsChanged = DomainEvent<
  'AccountDetailsChanged',
  object,
  { readonly displayName: string | null; readonly identifiers: readonly string[] }
>;

/** Null: whatever the product writes in where nobody chose. */
export type LocaleChosen = DomainEvent<'LocaleChosen', { readonly locale: Language | null }>;

export type LivenessSubjectLinked = DomainEvent<
  'LivenessSubjectLinked',
  {
    readonly provider: string;
    readonly proof: Proof;
    /** Raised where it was somebody else until then; null for the first link, which changes nothing that was proven. */
    readonly securityEpoch: number | null;
  },
  { readonly subject: string }
>;

export type SecurityCheckPassed = DomainEvent<
  'SecurityCheckPassed',
  {
    readonly checkId: CheckId;
    readonly factor: Factor;
    readonly purpose: Purpose;
    readonly stepUpId: StepUpId | null;
    readonly grantHash: GrantHash;
    readonly grantExpiresAt: Instant;
    readonly checkExpiresAt: Instant;
    /** The RFC 6238 time step of the code, which no later check may use again. */
    readonly totpStep: number | null;
    readonly on: 'code' | 'relying-party-word';
  }
>;

export type SecurityCheckFailed = DomainEvent<
  'SecurityCheckFailed',
  {
    readonly checkId: CheckId;
    readonly factor: Factor;
    readonly purpose: Purpose;
    readonly stepUpId: StepUpId | null;
    readonly checkExpiresAt: Instant;
    readonly wrongGuesses: number;
    readonly failuresInWindow: number;
    readonly on: 'code' | 'relying-party-word';
  }
>;

export type AccountLocked = DomainEvent<
  'AccountLocked',
  { readonly until: Instant; readonly why: 'too-many-failures'; readonly failuresInWindow: number }
>;

/** Why an account is locked. */
export type LockReason = 'too-many-failures' | 'reset-disputed';

export type AccountUnlocked = DomainEvent<
  'AccountUnlocked',
  {
    readonly by: 'admin';
    /** The lock that was lifted; null where every one was. */
    readonly reason: LockReason | null;
  }
>;

/** Too many wrong entries in a row: the factor proves nothing until it is confirmed anew or reinstated. */
export type FactorDisabled = DomainEvent<
  'FactorDisabled',
  { readonly factor: Factor; readonly failuresInARow: number }
>;

export type FactorReinstated = DomainEvent<
  'FactorReinstated',
  { readonly factor: Factor; readonly by: 'admin' }
>;

/** How much a passkey's attestation says: `none` is nothing at all, `untrusted` chained to no anchor of ours. */
export type AttestationTrust = 'none' | 'untrusted' | 'trusted';

export type Capability = 'cross-device' | 'scan' | Biometric;

export type Transport = 'ble' | 'cable' | 'hybrid' | 'internal' | 'nfc' | 'smart-card' | 'usb';

export type PasskeyRegistered = DomainEvent<
  'PasskeyRegistered',
  {
    readonly passkeyId: PasskeyId;
    readonly credentialId: CredentialId;
    /** COSE_Key bytes (RFC 9052 §7), base64url. */
    readonly publicKey: string;
    /** COSE algorithm identifier: -7 ES256, -8 EdDSA, -257 RS256. */
    readonly algorithm: number;
    readonly signCount: number;
    readonly aaguid: string;
    readonly transports: readonly Transport[];
    readonly backupEligible: boolean;
    readonly backedUp: boolean;
    readonly userVerified: boolean;
    readonly attestation: { readonly format: string; readonly trust: AttestationTrust };
    readonly capabilities: readonly Capability[];
    /** The grant that it used up; null where a reset let it be added. */
    readonly grantHash: GrantHash | null;
    /** The reset whose secret it used up; null where a grant let it be added. */
    readonly resetId: ResetId | null;
    /** The existing passkey's step-up that vouched for this one, where there was one. */
    readonly vouchedBy: StepUpId | null;
    readonly ceremonyId: CeremonyId;
    readonly entryPoint: string;
    /** Before this moment it signs in but approves no sensitive action. */
    readonly sensitiveActionsFrom: Instant;
  },
  { readonly name: string; readonly device: Device }
>;

export type PasskeyRenamed = DomainEvent<
  'PasskeyRenamed',
  { readonly passkeyId: PasskeyId },
  { readonly name: string; readonly previousName: string }
>;

/** `dispute-reset` is a step-up by a passkey that a reset removed, and no other can be passed by one. */
export type PasskeyPurpose = 'sign-in' | 'step-up' | 'dispute-reset';

export type PasskeyUsed = DomainEvent<
  'PasskeyUsed',
  {
    readonly passkeyId: PasskeyId;
    readonly ceremonyId: CeremonyId;
    /** With its id it is what lets the stream itself refuse the ceremony a second time. */
    readonly ceremonyExpiresAt: Instant;
    readonly purpose: PasskeyPurpose;
    readonly signCount: number;
    readonly backedUp: boolean;
    /** The session that a sign-in opened at once; null where it has to be approved first. */
    readonly sessionId: SessionId | null;
    /** The trusted device that showed its token. */
    readonly deviceId: DeviceId | null;
  },
  { readonly device: Device | null }
>;

/** Recorded so many times an hour at most, so that nobody can fill an account's stream with bad answers. */
export type PasskeyVerificationFailed = DomainEvent<
  'PasskeyVerificationFailed',
  {
    /** Null where the account has no such passkey any more. */
    readonly passkeyId: PasskeyId | null;
    readonly purpose: PasskeyPurpose;
    /** The verifier's stable code. */
    readonly reason: string;
  }
>;

export type PasskeyCloneSuspected = DomainEvent<
  'PasskeyCloneSuspected',
  {
    readonly passkeyId: PasskeyId;
    readonly storedCount: number;
    readonly receivedCount: number;
    readonly consequence: 'flagged' | 'suspended';
  }
>;

export type PasskeyRemoved = DomainEvent<
  'PasskeyRemoved',
  { readonly passkeyId: PasskeyId; readonly why: 'user' | 'admin' | 'reset' | 'account-erased' }
>;

export type StepUpMethod = 'passkey' | Factor;

export type StepUpPassed = DomainEvent<
  'StepUpPassed',
  {
    readonly stepUpId: StepUpId;
    readonly ceremonyId: CeremonyId | null;
    readonly action: string;
    /** SHA-256 over RFC 8785 of `{rp, account, action, parameters, exp, salt}`, base64url. */
    readonly transactionDigest: string;
    readonly methods: readonly StepUpMethod[];
    readonly passkeyId: PasskeyId | null;
    /** The grant that proved the other method, spent by it. */
    readonly grantHash: GrantHash | null;
    readonly singleUse: boolean;
    readonly expiresAt: Instant;
    /** The trusted device that it was asked for on, by its token. */
    readonly deviceId: DeviceId | null;
  }
>;

export type StepUpDenied = DomainEvent<
  'StepUpDenied',
  {
    readonly stepUpId: StepUpId;
    readonly action: string;
    readonly reason: 'cooling-off' | 'passkey-too-new' | 'locked';
    readonly until: Instant;
  }
>;

export type StepUpConsumed = DomainEvent<'StepUpConsumed', { readonly stepUpId: StepUpId }>;

/** What every event of a reset names. */
interface OfReset {
  readonly resetId: ResetId;
  readonly provider: string;
  /** Which of the day's attempts, from 1. */
  readonly attempt: number;
}

/** What the provider keeps of a check, by its own id. */
interface Evidence {
  readonly evidenceId: string;
}

export type LivenessResetRequested = DomainEvent<
  'LivenessResetRequested',
  OfReset & {
    /** What the provider is to check, by its name there. */
    readonly level: string;
    readonly secretHash: ResetSecretHash;
    /** Without a verdict by then, the reset expires. */
    readonly expiresAt: Instant;
  },
  /** Whom the check has to be about. */
  { readonly subject: string }
>;

/** The check was not passed and may be tried again, which is the day's next attempt. */
export type LivenessAttemptFailed = DomainEvent<'LivenessAttemptFailed', OfReset, Evidence>;

export type LivenessResetCancelled = DomainEvent<
  'LivenessResetCancelled',
  OfReset & { readonly reason: 'old-passkey' | 'dispute'; readonly stepUpId: StepUpId }
>;

export type LivenessResetRejected = DomainEvent<
  'LivenessResetRejected',
  OfReset & { readonly reason: 'final' | 'attempts-used-up' },
  Evidence
>;

export type LivenessResetExpired = DomainEvent<
  'LivenessResetExpired',
  /** `replaced`: another was asked for in its place. */
  OfReset & { readonly reason: 'time' | 'provider' | 'replaced' }
>;

export type LivenessResetCompleted = DomainEvent<
  'LivenessResetCompleted',
  OfReset & {
    /** Whether the face was compared with the linked subject's, or was only found alive. */
    readonly faceMatched: boolean;
    readonly removedPasskeyIds: readonly PasskeyId[];
    /** Until then a passkey may be added with the reset's secret. */
    readonly windowUntil: Instant;
    /** Until then actions that stop after a reset stop, and a removed passkey can dispute. */
    readonly coolingOffUntil: Instant;
    readonly securityEpoch: number;
  },
  Evidence
>;

/** A passkey that a reset removed said that it was wrong. The account is locked until the relying party unlocks it. */
export type LivenessResetDisputed = DomainEvent<
  'LivenessResetDisputed',
  Omit<OfReset, 'attempt'> & {
    readonly reason: 'old-passkey';
    readonly stepUpId: StepUpId;
    readonly removedPasskeyIds: readonly PasskeyId[];
    readonly securityEpoch: number;
  }
>;

/** A sign-in by another way than a passkey. */
export type SignedInByFallback = DomainEvent<
  'SignedInByFallback',
  {
    readonly factor: Factor;
    /** The grant that proved the factor, spent by it. */
    readonly grantHash: GrantHash;
    readonly sessionId: SessionId;
    readonly deviceId: DeviceId | null;
  },
  { readonly device: Device | null }
>;

/** A sign-in was proven on a device that nobody vouches for yet: it waits for a trusted one. */
export type SignInApprovalRequested = DomainEvent<
  'SignInApprovalRequested',
  {
    readonly approvalId: ApprovalId;
    /** SHA-256 of what the new device collects the outcome with. */
    readonly secretHash: SecretHash;
    /** The device's id from when it is trusted. */
    readonly deviceId: DeviceId;
    readonly sessionId: SessionId;
    readonly method: StepUpMethod;
    readonly passkeyId: PasskeyId | null;
    /** Of a fallback: the grant that proved the factor, spent by it. */
    readonly grantHash: GrantHash | null;
    readonly expiresAt: Instant;
  },
  { readonly device: Device | null }
>;

/** The number typed on the trusted device is not the one that the new device shows. */
export type SignInNumberMismatched = DomainEvent<
  'SignInNumberMismatched',
  { readonly approvalId: ApprovalId; readonly wrongNumbers: number }
>;

export type SignInApproved = DomainEvent<
  'SignInApproved',
  {
    readonly approvalId: ApprovalId;
    readonly by: 'trusted-device' | 'recovery';
    /** The device that approved it. */
    readonly deviceId: DeviceId | null;
    readonly stepUpId: StepUpId | null;
    readonly collectBy: Instant;
  }
>;

export type SignInDenied = DomainEvent<
  'SignInDenied',
  { readonly approvalId: ApprovalId; readonly why: 'user' | 'wrong-numbers' }
>;

export type SignInApprovalExpired = DomainEvent<'SignInApprovalExpired', { readonly approvalId: ApprovalId }>;

/** A second factor was proven because no trusted device is at hand: it counts after a wait, unless it is denied. */
export type SignInRecoveryStarted = DomainEvent<
  'SignInRecoveryStarted',
  {
    readonly approvalId: ApprovalId;
    readonly factor: Factor;
    readonly grantHash: GrantHash;
    readonly approvedFrom: Instant;
    readonly collectBy: Instant;
  }
>;

export type DeviceTrusted = DomainEvent<
  'DeviceTrusted',
  {
    readonly deviceId: DeviceId;
    /** SHA-256 of the device token, which alone makes a device the one that is trusted. */
    readonly tokenHash: SecretHash;
    readonly why: 'first-passkey' | 'only-device' | 'approved';
    /** The approved sign-in whose session begins with it. */
    readonly approvalId: ApprovalId | null;
    readonly sessionId: SessionId | null;
  },
  { readonly device: Device | null }
>;

export type DeviceRemoved = DomainEvent<
  'DeviceRemoved',
  {
    readonly deviceId: DeviceId;
    readonly why: 'user' | 'replaced' | 'reset';
    /** The latest sessions that were opened on it; they end with it. */
    readonly endedSessions: readonly SessionId[];
  }
>;

/**
 * The last event of an account. What is personal in it and in every event before is unreadable once the account's key is
 * destroyed, which follows.
 */
export type AccountErased = DomainEvent<
  'AccountErased',
  {
    /** Under which the receipt is found once everything that follows is done. */
    readonly receiptId: ReceiptId;
    readonly securityEpoch: number;
  }
>;

export type AccountEvent =
  | AccountEnrolled
  | FactorsChanged
  | AccountDetailsChanged
  | LocaleChosen
  | LivenessSubjectLinked
  | SecurityCheckPassed
  | SecurityCheckFailed
  | AccountLocked
  | AccountUnlocked
  | FactorDisabled
  | FactorReinstated
  | PasskeyRegistered
  | PasskeyRenamed
  | PasskeyUsed
  | PasskeyCloneSuspected
  | PasskeyRemoved
  | StepUpPassed
  | StepUpDenied
  | StepUpConsumed
  | LivenessResetRequested
  | LivenessAttemptFailed
  | LivenessResetCancelled
  | LivenessResetRejected
  | LivenessResetExpired
  | LivenessResetCompleted
  | LivenessResetDisputed
  | PasskeyVerificationFailed
  | SignedInByFallback
  | SignInApprovalRequested
  | SignInNumberMismatched
  | SignInApproved
  | SignInDenied
  | SignInApprovalExpired
  | SignInRecoveryStarted
  | DeviceTrusted
  | DeviceRemoved
  | AccountErased;

export type AccountEventType = AccountEvent['type'];
export type AccountEventOf<Type extends AccountEventType> = Extract<AccountEvent, { type: Type }>;
