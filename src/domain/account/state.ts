import type { Redacted } from '../kernel/event.js';
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
import type { Device } from '../policy/device.js';
import type { Language } from '../texts/language.js';
import type { CoolingOffCause } from '../policy/relying-party.js';
import type { CodeFactor, ContactFactors, Factor, Purpose, StepUpMethod, Transport } from './events.js';

/**
 * What decisions need to know, and no more: it is bounded, whatever the account's history. Everything in it
 * is plain JSON, so that a snapshot is the state itself.
 */
export type PasskeyAccount = AbsentAccount | EnrolledAccount;

/** Nothing can happen to an account of before its first event, except that one, and nothing after its last. */
export type AbsentAccount =
  { readonly status: 'not-enrolled' } | { readonly status: 'erased'; readonly receiptId: ReceiptId };

export interface EnrolledAccount {
  readonly status: 'enrolled';
  readonly accountId: AccountId | Redacted;
  readonly userHandle: UserHandle;
  readonly displayName: string | null;
  readonly identifiers: readonly string[];
  /** Null where nobody chose one: the product's is used. */
  readonly locale: Language | null;
  readonly factors: readonly CodeFactor[];
  /** Values of the confirmed factors. */
  readonly contacts: ContactFactors;
  /** Values that wait for their confirmation and count for nothing. */
  readonly proposed: ContactFactors;
  /** The security epoch that each proposal was made in: codes sent earlier don't confirm it. */
  readonly proposedInEpoch: Readonly<Partial<Record<CodeFactor, number>>>;
  /** When each proposal was made: it waits for so long and no longer. */
  readonly proposedAt: Readonly<Partial<Record<CodeFactor, Instant>>>;
  /** The last TOTP step accepted: no code of it or before it counts again (RFC 6238 §5.2). */
  readonly totpStep: number | null;
  readonly livenessSubject: { readonly provider: string; readonly subject: string } | null;
  /** Raised by whatever changes how the account is proven; grants, ceremonies and tokens of before die. */
  readonly securityEpoch: number;
  readonly passkeys: readonly Passkey[];
  readonly removedPasskeys: readonly RemovedPasskey[];
  readonly ceremonies: UsedCeremonies;
  /** When a passkey was last removed on the proof of a code alone. */
  readonly removedByCodeAloneAt: Instant | null;
  readonly grants: readonly Grant[];
  readonly guessedChecks: readonly GuessedCheck[];
  /** Times of the latest wrong entries, oldest first. */
  readonly failures: readonly Instant[];
  /** Wrong entries of each factor since its last right one. */
  readonly failuresInARow: Readonly<Partial<Record<Factor, number>>>;
  /** Those that reached the cap of such entries. */
  readonly disabledFactors: readonly Factor[];
  readonly lockedUntil: Instant | null;
  readonly coolingOff: Readonly<Partial<Record<CoolingOffCause, Instant>>>;
  readonly stepUps: readonly PassedStepUp[];
  readonly resets: Resets;
  readonly pages: PageSessions;
  readonly devices: readonly TrustedDevice[];
  readonly approvals: readonly SignInApproval[];
  /** When a sign-in that was proven so was denied last. */
  readonly signInDeniedAt: Readonly<Partial<Record<'passkey' | 'factor', Instant>>>;
  /** Of the latest bad assertions that were recorded, oldest first. */
  readonly badAssertions: readonly Instant[];
}

/** The sessions of the account holder's page, as far as the account ends them. */
export interface PageSessions {
  /** Those that were opened in an earlier one have ended. */
  readonly epoch: number;
  /** The reset that ended the last ones: the session that asked for it goes on, until the reset is disputed. */
  readonly goesOn: ResetId | null;
  /** The security epoch that began when a factor became another one, or was taken away, last. */
  readonly factorsChangedIn: Readonly<Partial<Record<Factor, number>>>;
}

export interface TrustedDevice {
  readonly deviceId: DeviceId;
  readonly tokenHash: SecretHash;
  readonly lastUsedAt: Instant;
  /** The latest ones opened on it. */
  readonly sessions: readonly SessionId[];
}

/** A sign-in that was proven on a new device; remembered until it has expired, whatever came of it. */
export interface SignInApproval {
  readonly approvalId: ApprovalId;
  readonly secretHash: SecretHash;
  readonly deviceId: DeviceId;
  readonly sessionId: SessionId;
  readonly method: StepUpMethod;
  readonly passkeyId: PasskeyId | null;
  readonly requestedAt: Instant;
  readonly device: Device | null;
  readonly securityEpoch: number;
  readonly wrongNumbers: number;
  readonly status: 'open' | 'recovering' | 'approved' | 'denied' | 'expired' | 'collected';
  /** When a recovery counts as approved. */
  readonly approvedFrom: Instant | null;
  /** The trusted device that approved it; null where none did. */
  readonly approvedBy: DeviceId | null;
  /** From then on it is worth nothing, whatever its status. */
  readonly expiresAt: Instant;
}

export interface Passkey {
  readonly passkeyId: PasskeyId;
  readonly credentialId: CredentialId;
  /** COSE_Key bytes, base64url. */
  readonly publicKey: string;
  readonly algorithm: number;
  readonly signCount: number;
  readonly transports: readonly Transport[];
  readonly backupEligible: boolean;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly sensitiveActionsFrom: Instant;
  /** Ids of the devices it was made and last used on, the latest first, as far as they were told; a few. */
  readonly seenOn: readonly string[];
}

/**
 * One of the latest that were removed. It proves nothing any more; that it signed tells its holder apart from anybody who
 * only knows its id.
 */
export type RemovedPasskey = Pick<Passkey, 'passkeyId' | 'credentialId' | 'publicKey' | 'backupEligible'>;

/**
 * Which ceremonies were answered, so that each is answered once: the latest ones by name, and none at all of those that
 * expire no later than one that was forgotten. So the list is bounded and nothing that was used slips through.
 */
export interface UsedCeremonies {
  readonly latest: readonly { readonly ceremonyId: CeremonyId; readonly expiresAt: Instant }[];
  readonly noneUntil: Instant;
}

/** Remembered until the later of both expiries, spent or not, so that neither grant nor check serves twice. */
export interface Grant {
  readonly hash: GrantHash;
  readonly checkId: CheckId;
  readonly factor: Factor;
  readonly purpose: Purpose;
  readonly stepUpId: StepUpId | null;
  readonly securityEpoch: number;
  readonly expiresAt: Instant;
  readonly rememberedUntil: Instant;
  readonly spent: boolean;
}

export interface GuessedCheck {
  readonly checkId: CheckId;
  readonly wrongGuesses: number;
  readonly expiresAt: Instant;
}

export interface PassedStepUp {
  readonly stepUpId: StepUpId;
  readonly action: string;
  readonly transactionDigest: string;
  readonly methods: readonly StepUpMethod[];
  /** The passkey among the methods: what it proved dies with it. */
  readonly passkeyId: PasskeyId | null;
  readonly securityEpoch: number;
  readonly expiresAt: Instant;
  readonly singleUse: boolean;
  /** The trusted device that it was asked for on. */
  readonly deviceId: DeviceId | null;
  readonly consumed: boolean;
}

export interface Resets {
  readonly open: OpenReset | null;
  /** Those whose cooling-off lasts, oldest first. Only the last one's secret adds a passkey. */
  readonly completed: readonly CompletedReset[];
  /** When each attempt of the last day began, oldest first. */
  readonly attempts: readonly Instant[];
  /** Passkeys were removed by a reset and none was added with its secret since: a factor alone adds none. */
  readonly required: boolean;
  /** The reset because of which the account is locked. */
  readonly disputed: ResetId | null;
  /** The latest one that ended with nothing changed. */
  readonly ended: ResetId | null;
}

export interface OpenReset {
  readonly resetId: ResetId;
  readonly provider: string;
  readonly level: string;
  readonly subject: string;
  readonly secretHash: ResetSecretHash;
  readonly expiresAt: Instant;
  readonly attempt: number;
  /** What the provider's answers so far rest on: the same evidence again is the same answer. */
  readonly evidence: readonly string[];
}

export interface CompletedReset {
  readonly resetId: ResetId;
  readonly provider: string;
  readonly secretHash: ResetSecretHash | null;
  readonly secretSpent: boolean;
  readonly windowUntil: Instant;
  readonly coolingOffUntil: Instant;
  /** As they were: until the cooling-off ends they can dispute. */
  readonly removed: readonly Passkey[];
}

export const initialState: PasskeyAccount = { status: 'not-enrolled' };
