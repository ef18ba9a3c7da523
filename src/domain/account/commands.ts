import type {
  AccountId,
  CeremonyId,
  CheckId,
  CredentialId,
  GrantHash,
  PasskeyId,
  ResetId,
  ResetSecretHash,
  SessionId,
  StepUpId,
  UserHandle,
} from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';
import type { Attachment } from '../policy/capabilities.js';
import type { Device } from '../policy/device.js';
import type { Language } from '../texts/language.js';
import type { AttestationTrust, CodeFactor, Factor, Purpose, Transport } from './events.js';

/** Time, ids and the verifier's findings come in with the command: deciding needs nothing else. */
interface At {
  readonly at: Instant;
}

/** What the caller shows for a change that needs a fresh proof. The edge has checked signatures and digests. */
export type OfferedProof =
  | { readonly kind: 'none' }
  | { readonly kind: 'grant'; readonly grantHash: GrantHash }
  | { readonly kind: 'step-up'; readonly stepUpId: StepUpId }
  | { readonly kind: 'relying-party' };

/** A member that is absent stays as it is; null removes it. */
export interface PutAccount extends At {
  readonly type: 'put-account';
  readonly accountId: AccountId;
  readonly userHandle: UserHandle;
  readonly displayName?: string | null;
  readonly locale?: Language | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  /** `secret` in base32; `vouched` where the relying party brought it, else it is ours and needs enrolling. */
  readonly totp?: { readonly secret: string; readonly vouched: boolean } | null;
  readonly identifiers?: readonly string[];
  readonly liveness?: { readonly provider: string; readonly subject: string };
  readonly proof: OfferedProof;
}

/** A code compared with the one that was sent: the comparison is a finding, its consequence is decided here. */
export interface CodeFinding {
  readonly matches: boolean;
  /** The RFC 6238 time step that the code belongs to. */
  readonly totpStep: number | null;
}

export interface CheckUnderWay {
  readonly checkId: CheckId;
  readonly factor: Factor;
  readonly purpose: Purpose;
  readonly stepUpId: StepUpId | null;
  readonly securityEpoch: number;
  readonly expiresAt: Instant;
  /** Where the code went, or the TOTP secret it is made from; absent where there is only the relying party's word. */
  readonly value?: string;
}

export interface ConfirmFactor extends At {
  readonly type: 'confirm-factor';
  readonly factor: CodeFactor;
  readonly check: CheckUnderWay;
  /** The value that the code reached: a later proposal is not confirmed by it. */
  readonly value: string;
  readonly finding: CodeFinding;
}

export interface StartSecurityCheck extends At {
  readonly type: 'start-security-check';
  readonly factor: CodeFactor;
  readonly purpose: Purpose;
}

export interface ProveSecurityCheck extends At {
  readonly type: 'prove-security-check';
  readonly check: CheckUnderWay;
  readonly finding: CodeFinding;
  readonly on: 'code' | 'relying-party-word';
  readonly grantHash: GrantHash;
}

export interface UnlockAccount extends At {
  readonly type: 'unlock-account';
}

/** What lets a passkey be added. */
export type BindingProof =
  | { readonly kind: 'grant'; readonly grantHash: GrantHash }
  | { readonly kind: 'reset'; readonly resetId: ResetId; readonly secretHash: ResetSecretHash };

export interface StartRegistration extends At {
  readonly type: 'start-registration';
  readonly proof: BindingProof;
  readonly device: Device;
  readonly entryPoint: string;
  /** Of what is said of the device. */
  readonly language: Language;
}

/** What the verifier found in the authenticator's answer. */
export type RegistrationFinding =
  | {
      readonly ok: true;
      readonly credentialId: CredentialId;
      readonly publicKey: string;
      readonly algorithm: number;
      readonly signCount: number;
      readonly aaguid: string;
      readonly transports: readonly Transport[];
      readonly backupEligible: boolean;
      readonly backedUp: boolean;
      readonly userVerified: boolean;
      readonly attestation: { readonly format: string; readonly trust: AttestationTrust };
      readonly attachment: Attachment | null;
    }
  | { readonly ok: false; readonly reason: string };

export interface RegisterPasskey extends At {
  readonly type: 'register-passkey';
  readonly passkeyId: PasskeyId;
  readonly ceremonyId: CeremonyId;
  readonly ceremonyEpoch: number;
  readonly proof: BindingProof;
  readonly vouchedBy: StepUpId | null;
  readonly entryPoint: string;
  readonly device: Device;
  readonly name: string;
  readonly finding: RegistrationFinding;
}

export interface RenamePasskey extends At {
  readonly type: 'rename-passkey';
  readonly passkeyId: PasskeyId;
  readonly name: string;
}

export type AssertionFinding =
  | { readonly ok: true; readonly signCount: number; readonly backedUp: boolean }
  | { readonly ok: false; readonly reason: string };

export interface SignInWithPasskey extends At {
  readonly type: 'sign-in-with-passkey';
  readonly passkeyId: PasskeyId | null;
  readonly ceremonyId: CeremonyId;
  readonly ceremonyExpiresAt: Instant;
  readonly sessionId: SessionId;
  readonly device: Device | null;
  readonly finding: AssertionFinding;
}

export interface StartStepUp extends At {
  readonly type: 'start-step-up';
  readonly stepUpId: StepUpId;
  readonly action: string;
}

export interface PassStepUp extends At {
  readonly type: 'pass-step-up';
  readonly stepUpId: StepUpId;
  readonly action: string;
  readonly transactionDigest: string;
  readonly securityEpoch: number;
  readonly mustPassBy: Instant;
  readonly expiresAt: Instant;
  /** How the sign-in in whose course this is asked was proven: that method doesn't count again. */
  readonly signInFactor: Factor | null;
  readonly assertion: {
    readonly passkeyId: PasskeyId | null;
    readonly ceremonyId: CeremonyId;
    readonly ceremonyExpiresAt: Instant;
    readonly device: Device | null;
    readonly finding: AssertionFinding;
  } | null;
  readonly grantHash: GrantHash | null;
}

export interface RedeemStepUp extends At {
  readonly type: 'redeem-step-up';
  readonly stepUpId: StepUpId;
  readonly action: string;
  readonly transactionDigest: string;
}

export interface RemovePasskey extends At {
  readonly type: 'remove-passkey';
  readonly passkeyId: PasskeyId;
  readonly proof: OfferedProof;
}

export interface RequestReset extends At {
  readonly type: 'request-reset';
  readonly resetId: ResetId;
  readonly secretHash: ResetSecretHash;
  readonly provider: string;
  /** Whom a provider that knows everybody takes the account for; null where only a linked subject counts. */
  readonly subject: string | null;
}

/** The provider's own answer to our own question. Whether it is about this reset is decided here. */
export interface RecordLivenessVerdict extends At {
  readonly type: 'record-liveness-verdict';
  readonly resetId: ResetId;
  readonly provider: string;
  readonly verdict: 'passed' | 'retry' | 'final';
  readonly evidenceId: string;
  readonly subject: string;
  readonly level: string;
  readonly faceMatched: boolean;
  readonly sandbox: boolean;
  /** Nobody's face is looked at in a sandbox: it counts in development only. */
  readonly sandboxCounts: boolean;
}

export interface ExpireReset extends At {
  readonly type: 'expire-reset';
  readonly resetId: ResetId;
  /** `provider`: it has given the check up. */
  readonly reason: 'time' | 'provider';
}

export interface CancelReset extends At {
  readonly type: 'cancel-reset';
  readonly resetId: ResetId;
  readonly proof: OfferedProof;
}

export interface DisputeReset extends At {
  readonly type: 'dispute-reset';
  readonly resetId: ResetId;
  readonly proof: OfferedProof;
}

export type AccountCommand =
  | PutAccount
  | ConfirmFactor
  | StartSecurityCheck
  | ProveSecurityCheck
  | UnlockAccount
  | StartRegistration
  | RegisterPasskey
  | RenamePasskey
  | SignInWithPasskey
  | StartStepUp
  | PassStepUp
  | RedeemStepUp
  | RemovePasskey
  | RequestReset
  | RecordLivenessVerdict
  | ExpireReset
  | CancelReset
  | DisputeReset;
