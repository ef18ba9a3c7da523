import type { CodeFactor, Purpose, StepUpMethod } from '../account/events.js';
import type { RelyingPartySlug } from '../kernel/ids.js';
import type { Duration } from '../kernel/time.js';
import type { Language, LocalText } from '../texts/language.js';
import type { AppKind, Platform } from './device.js';
import type { NoticeTexts } from './notice-texts.js';
import type { SecurityEventPolicy, WebhookPolicy } from './webhooks.js';

/** Lowest versions that may create a passkey. An absent number means that any version will do. */
export interface DeviceFloor {
  readonly platform: Platform;
  readonly osVersion?: string;
  readonly appVersions: Readonly<Partial<Record<AppKind, string>>>;
}

/** What stops sensitive actions for a time. */
export type CoolingOffCause = 'reset' | 'phone-change' | 'email-change';

/** One way to prove an action: every method of it, together. */
export type MethodSet = readonly StepUpMethod[];

export interface ActionPolicy {
  readonly name: string;
  /** What people call it, where they choose among actions. The service's own are never chosen and need none. */
  readonly title?: LocalText;
  /** Any one of these will do. */
  readonly alternatives: readonly MethodSet[];
  /** How long a passed step-up may be shown or redeemed. */
  readonly lifetime: Duration;
  readonly singleUse: boolean;
  readonly sensitive: boolean;
  readonly stoppedBy: readonly CoolingOffCause[];
  /** What a code for this action says it approves; `{name}` stands for a parameter. */
  readonly text: LocalText;
}

/** How an account holder who lost the passkeys proves to be the one whom the product knows. */
export interface ResetPolicy {
  readonly provider: LivenessProviderName;
  /** What is checked, by its name at the provider: an applicant-action level with a face match. */
  readonly level: string;
  /** Whether a live face is not enough and has to be that of the linked subject. */
  readonly faceMatchRequired: boolean;
  /** In a rolling day; every try of a check is one. */
  readonly attemptsPerDay: number;
  /** How long the check may take. */
  readonly lifetime: Duration;
  /** How long a passkey may be added after it was passed. */
  readonly window: Duration;
}

/** The simulator is development's. */
export type LivenessProviderName = 'sumsub' | 'simulator';

export interface EntryPoint {
  readonly name: string;
  /** What people call it. */
  readonly title: LocalText;
  readonly purposeText: LocalText;
  /** Where the user goes when done; an origin of the policy, or a path on the page's own origin. */
  readonly returnTo: string;
  /** Completing it is a step that compliance asks for. */
  readonly complianceStep: boolean;
}

/** What becomes of a sign-in on a device that isn't trusted yet (invariant 16). */
export interface NewDeviceApproval {
  readonly required: boolean;
  /** How long a sign-in waits for its approval, and an approved one to be collected. */
  readonly lifetime: Duration;
  /** So many wrong numbers deny it. */
  readonly wrongNumbers: number;
  /** After a denial none is asked for, for so long. */
  readonly pause: Duration;
  /** Where no trusted device is at hand, a second factor counts after so long. */
  readonly recoveryWait: Duration;
}

/** Everything that differs from one product to another. Read from its policy file, checked at start-up. */
export interface RelyingParty {
  readonly slug: RelyingPartySlug;
  readonly name: string;
  /** WebAuthn RP ID. */
  readonly rpId: string;
  /** Exact origins whose ceremonies count: https ones and `android:apk-key-hash:` ones. */
  readonly origins: readonly string[];
  readonly relatedOrigins: readonly string[];
  readonly iosAppIds: readonly string[];
  readonly androidApps: readonly {
    readonly packageName: string;
    readonly certificateFingerprints: readonly string[];
  }[];
  /** Where a password manager sends people who want a passkey, or to see to those that they have. */
  readonly passkeyEndpoints: { readonly enroll?: string; readonly manage?: string };
  readonly timeZone: string;
  readonly passkeys: {
    readonly maximum: number;
    readonly removal: 'with-proof' | 'reset-only';
    readonly nameMaximumLength: number;
    readonly cloneConsequence: 'flagged' | 'suspended';
    readonly attestation: 'none' | 'direct';
    /** A passkey added by a code alone while another is active approves no sensitive action for so long. */
    readonly unvouchedWait: Duration;
  };
  readonly factors: {
    /** Which factors may prove the account before a passkey is bound: any one of them. */
    readonly beforeBinding: readonly CodeFactor[];
    readonly codeLifetime: Duration;
    readonly codeMaximumGuesses: number;
    readonly grantLifetime: Duration;
    /** How long a new factor may wait for its confirmation. */
    readonly proposalLifetime: Duration;
  };
  readonly lockOut: {
    readonly failures: number;
    readonly window: Duration;
    readonly duration: Duration;
    /** So many wrong entries of one factor in a row disable it; at most 100 (NIST SP 800-63B-4 §3.2.2). */
    readonly failuresInARow: number;
  };
  /** Without `email-change`, a new email address stops nothing. */
  readonly coolingOff: Readonly<Record<Exclude<CoolingOffCause, 'email-change'>, Duration>> & {
    readonly 'email-change'?: Duration;
  };
  /** Absent where the product has none. */
  readonly reset?: ResetPolicy;
  readonly signIn: { readonly fallbacks: readonly (CodeFactor | 'password')[] };
  readonly newDeviceApproval: NewDeviceApproval;
  readonly devices: {
    readonly floors: readonly DeviceFloor[];
    readonly screenLockRequired: boolean;
    /** Asks an iPhone for the system's Passwords app and links to it. */
    readonly passwordsAppUrl?: string;
  };
  readonly actions: readonly ActionPolicy[];
  /** What people call the parameters of actions: every one that a text names, and any other. */
  readonly parameters: Readonly<Record<string, LocalText>>;
  readonly entryPoints: readonly EntryPoint[];
  /** Absent where the product's backend is told nothing. */
  readonly webhooks?: WebhookPolicy;
  /** Absent where nobody takes security event tokens. */
  readonly securityEvents?: SecurityEventPolicy;
  readonly texts: {
    /** Of messages to accounts that chose no language. */
    readonly locale: Language;
    /** What a notice says to do if it wasn't the account holder (NIST SP 800-63B-4: instructions to repudiate). */
    readonly repudiation: LocalText;
    /** In place of the service's own words. */
    readonly notices: NoticeTexts;
  };
}

/** The factors a purpose may be proven by, before the account's own are looked at. */
export function factorsFor(policy: RelyingParty, purpose: Purpose): readonly CodeFactor[] {
  if (purpose === 'bind-passkey') return policy.factors.beforeBinding;
  if (purpose === 'sign-in') {
    return policy.signIn.fallbacks.filter((factor): factor is CodeFactor => factor !== 'password');
  }
  return ['sms', 'email', 'totp'];
}

export function actionNamed(policy: RelyingParty, name: string): ActionPolicy | undefined {
  return policy.actions.find((action) => action.name === name);
}

/** Every origin whose ceremonies count: the product's own and those related to it (WebAuthn L3 §5.11). */
export function ceremonyOrigins(policy: RelyingParty): readonly string[] {
  return [...policy.origins, ...policy.relatedOrigins];
}
