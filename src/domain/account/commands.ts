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
import type { Attachment } from '../policy/capabilities.js';
import type { Device } from '../policy/device.js';
import type { Language } from '../texts/language.js';
import type { AttestationTrust, CodeFactor, Factor, LockReason, Purpose, Transport } from './events.js';

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

/** What a device would be given if it came to be trusted by the command: made for every one, kept for few. */
export interface NewDevice {
  readonly deviceId: DeviceId;
  readonly tokenHash: SecretHash;
}

/** What is given to a device that isn't trusted where the policy asks for approval. */
export interface Stranger extends NewDevice {
  readonly approvalId: ApprovalId;
  readonly secretHash: SecretHash;
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
  /** What the code would be a part of the proof of; null for any other purpose. */
  readonly stepUp: { readonly action: string; readonly signInFactor: Factor | null } | null;
}

export interface ProveSecurityCheck extends At {
  readonly type: 'prove-security-check';
  readonly check: CheckUnderWay;
  readonly finding: CodeFinding;
  readonly on: 'code' | 'relying-party-word';
  readonly grantHash: GrantHash;
}

/** `reset-disputed` lets the account out of a dispute, that anybody has looked at; the other lock ends by itself. */
export interface UnlockAccount extends At {
  readonly type: 'unlock-account';
  readonly reason: LockReason;
}

/** What lets a passkey be added. */
export type BindingProof =
  | { readonly kind: 'grant'; readonly grantHash: GrantHash }
  | { readonly kind: 'reset'; readonly resetId: ResetId; readonly secretHash: ResetSecretHash };

/** Takes back a factor that waits for its confirmation. `expired` does so only where it waited too long. */
export interface WithdrawProposal extends At {
  readonly type: 'withdraw-proposal';
  readonly factor: CodeFactor;
  readonly why: 'asked' | 'expired';
}

export interface ReinstateFactor extends At {
  readonly type: 'reinstate-factor';
  readonly factor: Factor;
}

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
  readonly newDevice: NewDevice;
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
  readonly deviceTokenHash: SecretHash | null;
  /** Null only where the policy asks for no approval. */
  readonly stranger: Stranger | null;
  readonly finding: AssertionFinding;
}

/** By a code that was sent for it, or by the grant of a factor that was proven for signing in. */
export interface SignInByFallback extends At {
  readonly type: 'sign-in-by-fallback';
  readonly proof:
    | {
        readonly kind: 'code';
        readonly check: CheckUnderWay;
        readonly finding: CodeFinding;
        readonly grantHash: GrantHash;
      }
    | { readonly kind: 'grant'; readonly factor: Factor; readonly grantHash: GrantHash };
  readonly sessionId: SessionId;
  readonly device: Device | null;
  readonly deviceTokenHash: SecretHash | null;
  readonly stranger: Stranger | null;
}

/** The word of whoever looks at the request on a trusted device. */
export interface DecideSignInApproval extends At {
  readonly type: 'decide-sign-in-approval';
  readonly approvalId: ApprovalId;
  readonly decision:
    | { readonly kind: 'deny' }
    | {
        readonly kind: 'approve';
        /** Whether the number typed is the one that the new device shows. */
        readonly numberMatches: boolean;
        /** Null where no proof was shown that names this very approval. */
        readonly stepUpId: StepUpId | null;
        readonly deviceTokenHash: SecretHash | null;
      };
}

/** The new device asks for what came of it; whoever comes with the secret first gets it. */
export interface CollectSignIn extends At {
  readonly type: 'collect-sign-in';
  readonly approvalId: ApprovalId;
  readonly secretHash: SecretHash;
  readonly tokenHash: SecretHash;
}

/** Another factor in place of a trusted device that is lost. */
export interface RecoverSignIn extends At {
  readonly type: 'recover-sign-in';
  readonly approvalId: ApprovalId;
  readonly secretHash: SecretHash;
  readonly grantHash: GrantHash;
}

/** Records what time alone has decided already. */
export interface ExpireSignInApproval extends At {
  readonly type: 'expire-sign-in-approval';
  readonly approvalId: ApprovalId;
}

export interface RemoveDevice extends At {
  readonly type: 'remove-device';
  readonly deviceId: DeviceId;
  readonly proof: OfferedProof;
}

export interface StartStepUp extends At {
  readonly type: 'start-step-up';
  readonly stepUpId: StepUpId;
  readonly action: string;
  readonly signInFactor: Factor | null;
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
  /** Of the device token that the device showed when the step-up was asked for. */
  readonly deviceTokenHash: SecretHash | null;
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
  /** The open reset that gives way to it: whoever asks says that its secret is lost. */
  readonly replaces: ResetId | null;
}

/** The provider's own answer to our own question. Whether it is about this reset is decided here. */
export interface RecordLivenessVerdict extends At {
  readonly type: 'record-liveness-verdict';
  readonly resetId: ResetId;
  readonly provider: string;
  readonly verdict: 'passed' | 'retry' | 'final';
  readonly evidenceId: string;
  /** Tries of this check by the provider's count, this one included: some may have been over before it was asked. */
  readonly tries?: number;
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

export interface EraseAccount extends At {
  readonly type: 'erase-account';
  readonly receiptId: ReceiptId;
}

export type AccountCommand =
  | PutAccount
  | ConfirmFactor
  | StartSecurityCheck
  | ProveSecurityCheck
  | UnlockAccount
  | WithdrawProposal
  | ReinstateFactor
  | StartRegistration
  | RegisterPasskey
  | RenamePasskey
  | SignInWithPasskey
  | SignInByFallback
  | DecideSignInApproval
  | CollectSignIn
  | RecoverSignIn
  | ExpireSignInApproval
  | RemoveDevice
  | StartStepUp
  | PassStepUp
  | RedeemStepUp
  | RemovePasskey
  | RequestReset
  | RecordLivenessVerdict
  | ExpireReset
  | CancelReset
  | DisputeReset
  | EraseAccount;
