import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  Signals,
} from '@latchkey/browser';

/** Shapes of the service's answers, as far as the pages read them. Times are RFC 3339 UTC; `at` may be epoch milliseconds. */

export type CodeFactor = 'sms' | 'email' | 'totp';
/** Ways to sign in without a passkey; a password is the product's own to check. */
export type FallbackFactor = CodeFactor | 'password';
export type Method = 'passkey' | CodeFactor;
export type Storage = 'this-device' | 'another-device' | 'security-key';
export type Parameters = Readonly<Record<string, string>>;

export interface PortalSession {
  readonly rp: string;
  readonly rpName: string;
  readonly accountId: string;
  readonly entryPoint: string;
  readonly purposeText: string;
  readonly returnUrl: string;
  /** Whether the product replaces lost passkeys by a face check. */
  readonly offersReset?: boolean;
  /** Whether a sign-in on a new device waits for a trusted one. */
  readonly approvesNewDevices?: boolean;
}

export interface PortalActions {
  readonly actions: readonly PortalAction[];
  /** What people call the parameters, by name. */
  readonly parameters: Labels;
}

export type Labels = Readonly<Record<string, string>>;

export interface PortalAction {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly alternatives: readonly (readonly Method[])[];
  /** What is approved, with `{name}` for each parameter. */
  readonly text: string;
}

export interface Passkey {
  readonly passkeyId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly provider: string | null;
  readonly capabilities: readonly string[];
  readonly transports: readonly string[];
  readonly synced: boolean;
  readonly status: string;
}

/** The account as it stands. Times are RFC 3339 or null. */
export interface AccountState {
  readonly status: 'active' | 'locked';
  /** Null while locked: until the product unlocks it. */
  readonly lockedUntil: string | null;
  readonly coolingOff: { readonly phoneChangeUntil: string | null; readonly resetUntil?: string | null };
  readonly openReset?: OpenReset | null;
}

type OpenReset =
  | { readonly resetId: string; readonly status: 'requested' | 'retry'; readonly expiresAt: string }
  | { readonly resetId: string; readonly status: 'passed'; readonly windowUntil: string };

/** Its secret is a cookie, which this page can't read. */
export interface StartedReset {
  readonly resetId: string;
  /** Where the face check is; absent where it runs in the product's app. */
  readonly url?: string;
}

export interface ResetState {
  readonly status: 'requested' | 'passed' | 'retry' | 'rejected' | 'cancelled' | 'expired' | 'disputed';
  /** Which of the day's attempts, from 1. */
  readonly attempt: number;
  readonly windowUntil?: string;
}

export interface PasskeyList {
  readonly passkeys: readonly Passkey[];
  readonly policy: { readonly max: number; readonly removal: 'with-proof' | 'reset-only' };
}

export interface DeviceProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy?: { readonly label: string; readonly url?: string };
  readonly blocking?: boolean;
}

export interface DeviceCheck {
  readonly eligible: boolean;
  readonly problems: readonly DeviceProblem[];
  readonly purposeText?: string;
}

export interface Factor {
  readonly factor: CodeFactor;
  readonly destination?: string | null;
}

export interface FactorChoice {
  readonly factors: readonly Factor[];
  readonly advice?: string;
  /** Until when codes are locked, where that is why there are none. */
  readonly until?: string;
}

export interface SecurityCheck {
  readonly checkId: string;
  readonly factor: CodeFactor;
  readonly destination?: string | null;
  readonly expiresAt: string;
}

export interface Grant {
  readonly grant: string;
  readonly expiresAt: string;
}

/** What lets a passkey be added: a security check, or a reset that was passed. */
export type RegistrationProof = { readonly grant: string } | { readonly resetId: string };

export interface RegistrationCeremony {
  readonly ceremonyId: string;
  readonly publicKey: PublicKeyCredentialCreationOptionsJSON;
}

export interface AuthenticationCeremony {
  readonly ceremonyId: string;
  readonly publicKey: PublicKeyCredentialRequestOptionsJSON;
  readonly expiresAt: string;
}

export interface Registered {
  readonly passkey: Passkey;
  readonly deviceToken?: string;
  readonly signals?: Signals;
  readonly returnTo?: string;
}

export interface StepUp extends AuthenticationCeremony {
  readonly stepUpId: string;
  readonly methods: readonly (readonly Method[])[];
}

export interface StepUpProof {
  readonly token: string;
  readonly expiresAt: string;
}

/** What may be wrong without a prompt having failed. */
export type Situation =
  | 'not-prompted'
  | 'cannot-create'
  | 'cannot-verify'
  | 'not-synced'
  | 'asked-for-pin'
  | 'lost-device'
  | 'no-factor'
  | 'liveness-rejected'
  | 'qr-timed-out';

export interface HistoryEntry {
  readonly at: string | number;
  readonly type: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Oldest first; `next` is the cursor of the following page. */
export interface HistoryPage {
  readonly events: readonly HistoryEntry[];
  readonly next?: number;
}

export interface SignedIn {
  readonly status: 'signed-in';
  readonly accountId: string;
  /** Absent where another way than a passkey was taken. */
  readonly passkeyId?: string;
  readonly token: string;
  readonly position: string;
  readonly deviceToken?: string;
  readonly signals?: Signals;
}

export interface ApprovalRequired {
  readonly status: 'approval-required';
  readonly accountId: string;
  readonly approvalId: string;
  /** What the outcome is asked for with. */
  readonly approvalSecret: string;
  readonly matchNumber: string;
  readonly signals?: Signals;
}

/** What the outcome of a sign-in on a new device is asked for with. */
export type WaitingSignIn = Pick<ApprovalRequired, 'accountId' | 'approvalId' | 'approvalSecret'>;

/** A second factor stands in for a trusted device, from a time on. */
export interface StartedRecovery {
  readonly approvedFrom: string;
  readonly expiresAt: string;
}

/** What came of a sign-in on a new device. The first to ask after its approval gets the tokens. */
export interface CollectedSignIn {
  readonly status: 'open' | 'recovering' | 'approved' | 'denied' | 'expired' | 'collected';
  readonly accountId?: string;
  readonly token?: string;
  readonly deviceToken?: string;
  /** While a recovery waits: when it counts. */
  readonly approvedFrom?: string;
  readonly expiresAt: string;
  readonly position: string;
}

export type SignInOutcome = SignedIn | ApprovalRequired;

export interface DeviceView {
  readonly name: string | null;
  readonly platform: string | null;
  readonly osVersion: string | null;
}

export interface TrustedDevice extends DeviceView {
  readonly deviceId: string;
  readonly trustedAt: string;
  readonly lastUsedAt: string;
  /** It is the one whose token was shown. */
  readonly current: boolean;
}

export interface SignInApproval {
  readonly approvalId: string;
  /** `recovering`: without a trusted device, from a time on. */
  readonly status: 'open' | 'recovering';
  readonly approvedFrom: string | null;
  readonly device: DeviceView;
  readonly requestedAt: string;
}

export interface DemoAccount {
  readonly accountId: string;
  readonly displayName: string;
  readonly email: string;
  readonly phone: string;
  readonly totp?: { readonly secret: string };
}

/** What a product's own pages know of a user who is signed in. */
export interface DemoHome {
  readonly accountId: string;
  readonly passkeyCount: number;
  readonly entryPoints: readonly DemoEntryPoint[];
}

export interface DemoEntryPoint {
  readonly name: string;
  readonly title: string;
  readonly purposeText: string;
  /** Where a passkey is what the law or the product asks for before going on. */
  readonly complianceStep?: 'done' | 'to-do';
}

export interface OutboxMessage {
  readonly to: string;
  readonly channel: string;
  readonly purpose: string;
  readonly code?: string;
  readonly text: string;
  readonly at: string | number;
}

export type { AuthenticationResponseJSON, RegistrationResponseJSON, Signals };
export type { Cause, Diagnosis } from '@latchkey/browser';
