import type { BindingProof } from '../../domain/account/commands.js';
import type { AttestationTrust, Transport } from '../../domain/account/events.js';
import type {
  CeremonyId,
  CredentialId,
  RelyingPartySlug,
  SecretHash,
  StepUpId,
  SubjectId,
  UserHandle,
} from '../../domain/kernel/ids.js';
import type { Duration, Instant } from '../../domain/kernel/time.js';
import type { Attachment } from '../../domain/policy/capabilities.js';
import type { Device } from '../../domain/policy/device.js';

/**
 * Why a ceremony's answer was not accepted, as stable codes: add, never rename. They are recorded and counted; to a client
 * that has proven nothing yet they are not told apart.
 */
export const VERIFICATION_FAILURES = {
  malformed: 'The credential is not the JSON, CBOR or base64url that WebAuthn asks for.',
  'type-mismatch': 'The answer was made in the other kind of ceremony.',
  'challenge-mismatch': 'The answer was made for another challenge.',
  'origin-not-allowed': 'The answer was made at an origin that the product does not list.',
  'cross-origin': 'The answer was made inside a frame of another site.',
  'top-origin': 'The answer names a site that it was framed by.',
  'rp-id-mismatch': 'The passkey belongs to another WebAuthn RP ID.',
  'user-not-present': 'The authenticator did not see the user.',
  'user-not-verified': 'The authenticator did not verify the user.',
  'backup-flags-invalid': 'The passkey claims to be backed up although it cannot be.',
  'backup-eligible-changed': 'Whether the passkey can be backed up differs from what was registered.',
  'credential-id-too-long': 'The credential id is longer than 1023 bytes.',
  'credential-id-mismatch': 'The credential id differs from the one that the authenticator stated.',
  'credential-not-allowed': 'The credential is not one of those that were asked for.',
  'algorithm-not-offered': 'The key is of an algorithm that was not offered.',
  'public-key-invalid': 'The public key is unusable or too weak.',
  'attestation-format-not-accepted': 'The attestation is of a format that is not accepted.',
  'attestation-invalid': 'The attestation statement does not verify.',
  'user-handle-missing': 'The answer does not say whose passkey it is.',
  'user-handle-mismatch': 'The passkey was made for another account.',
  'signature-invalid': 'The signature does not verify.',
} as const;

export type VerificationFailure = keyof typeof VERIFICATION_FAILURES;

export interface VerificationFailed {
  readonly ok: false;
  readonly reason: VerificationFailure;
  /** JSON pointer (RFC 6901) into the credential, where one member is to blame. */
  readonly pointer?: string;
}

/** Where the user chose to keep the new passkey. */
export const STORAGE_CHOICES = ['this-device', 'another-device', 'security-key'] as const;
export type StorageChoice = (typeof STORAGE_CHOICES)[number];

/** PublicKeyCredentialDescriptorJSON (WebAuthn §5.1.8). */
export interface CredentialDescriptor {
  readonly id: string;
  readonly type: string;
  readonly transports?: readonly string[];
}

/** PublicKeyCredentialCreationOptionsJSON (WebAuthn §5.1.8), as the browser's `parseCreationOptionsFromJSON` takes it. */
export interface CreationOptions {
  readonly rp: { readonly id?: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly { readonly alg: number; readonly type: string }[];
  readonly timeout?: Duration;
  readonly excludeCredentials?: readonly CredentialDescriptor[];
  readonly authenticatorSelection?: {
    readonly authenticatorAttachment?: string;
    readonly requireResidentKey?: boolean;
    readonly residentKey?: string;
    readonly userVerification?: string;
  };
  readonly hints?: readonly string[];
  readonly attestation?: string;
  readonly extensions?: object;
}

/** PublicKeyCredentialRequestOptionsJSON (WebAuthn §5.1.9). */
export interface RequestOptions {
  readonly rpId: string;
  readonly challenge: string;
  readonly timeout: Duration;
  readonly allowCredentials: readonly CredentialDescriptor[];
  readonly userVerification: 'required';
}

export interface KnownCredential {
  readonly credentialId: CredentialId;
  readonly transports: readonly Transport[];
}

export interface CreationRequest {
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly handle: UserHandle; readonly name: string; readonly displayName: string };
  /** The account's passkeys, so that an authenticator that holds one makes no second. */
  readonly exclude: readonly KnownCredential[];
  readonly storage: StorageChoice | null;
  readonly attestation: 'none' | 'direct';
  readonly challenge: string;
  readonly timeout: Duration;
}

/** What an answer is held against in either ceremony. */
export interface Expected {
  /** base64url, as the options gave it. */
  readonly challenge: string;
  readonly rpId: string;
  /** Every origin that counts, related ones included; compared exactly. */
  readonly origins: readonly string[];
}

export interface ExpectedRegistration extends Expected {
  /** COSE algorithms that the options offered. */
  readonly algorithms: readonly number[];
}

export interface Registration {
  readonly credentialId: CredentialId;
  /** COSE_Key bytes (RFC 9052 §7), base64url. */
  readonly publicKey: string;
  readonly algorithm: number;
  readonly signCount: number;
  readonly aaguid: string;
  /** As the client said; unknown ones are left out. */
  readonly transports: readonly Transport[];
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly userVerified: boolean;
  readonly attestation: { readonly format: string; readonly trust: AttestationTrust };
  /** As the client said. */
  readonly attachment: Attachment | null;
}

export interface RegistrationVerifier {
  creationOptions(request: CreationRequest): Promise<CreationOptions>;
  /**
   * WebAuthn §7.1. Whether the credential id is free is the caller's to find out.
   * @param credential the RegistrationResponseJSON as it came in
   */
  verify(
    credential: unknown,
    expected: ExpectedRegistration,
  ): Promise<{ readonly ok: true; readonly registration: Registration } | VerificationFailed>;
}

/** An assertion whose shape is right and of which nothing is proven yet. */
export interface ParsedAssertion {
  readonly credentialId: CredentialId;
  readonly userHandle: UserHandle | null;
  readonly clientDataJSON: Uint8Array<ArrayBuffer>;
  readonly authenticatorData: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

export interface ExpectedAssertion extends Expected {
  /** The account's. */
  readonly userHandle: UserHandle;
  /** False where the passkey alone says which account it is: the answer must then carry the user handle. */
  readonly accountKnown: boolean;
  /** As registered: COSE_Key bytes, base64url. */
  readonly publicKey: string;
  readonly backupEligible: boolean;
  /** Absent where any passkey of the account may answer. */
  readonly allowedCredentialIds?: readonly CredentialId[];
}

export interface Assertion {
  readonly ok: true;
  /** As received. Whether it may be so low is the domain's decision, made after the signature was verified. */
  readonly signCount: number;
  readonly backedUp: boolean;
  readonly userVerified: boolean;
}

export interface AssertionVerifier {
  /** @param allow empty for discoverable passkeys, which tell nobody which ids exist */
  requestOptions(request: {
    readonly rpId: string;
    readonly challenge: string;
    readonly timeout: Duration;
    readonly allow?: readonly KnownCredential[];
  }): RequestOptions;
  /** @param credential the AuthenticationResponseJSON as it came in */
  parse(credential: unknown): { readonly ok: true; readonly assertion: ParsedAssertion } | VerificationFailed;
  /** WebAuthn §7.2, without waiting. */
  verify(assertion: ParsedAssertion, expected: ExpectedAssertion): Assertion | VerificationFailed;
}

interface AnyCeremony {
  readonly rp: RelyingPartySlug;
  /** 32 random bytes, base64url. */
  readonly challenge: string;
  readonly expiresAt: Instant;
}

export interface RegistrationCeremony extends AnyCeremony {
  readonly kind: 'registration';
  readonly subject: SubjectId;
  readonly userHandle: UserHandle;
  /** COSE algorithms that the options offered. */
  readonly algorithms: readonly number[];
  readonly proof: BindingProof;
  /** The `add-passkey` step-up of an existing passkey that vouches for the new one. */
  readonly vouchedBy: StepUpId | null;
  readonly entryPoint: string;
  readonly storage: StorageChoice | null;
  readonly device: Device;
  readonly securityEpoch: number;
}

export interface SignInCeremony extends AnyCeremony {
  readonly kind: 'sign-in';
  /** Keyed hash of the account id that the caller named: looked up only once a signature was verified. */
  readonly accountRef: string | null;
  /** The same of an identifier (email, phone, user id). */
  readonly identifierRef: string | null;
  readonly device: Device | null;
  /** Of the device token that the device showed. */
  readonly deviceTokenHash: SecretHash | null;
}

export interface StepUpCeremony extends AnyCeremony {
  readonly kind: 'step-up';
  readonly subject: SubjectId;
  readonly stepUpId: StepUpId;
  readonly securityEpoch: number;
}

export type Ceremony = RegistrationCeremony | SignInCeremony | StepUpCeremony;
export type CeremonyKind = Ceremony['kind'];
export type CeremonyOf<Kind extends CeremonyKind> = Extract<Ceremony, { readonly kind: Kind }>;

/**
 * A ceremony travels in its own id, sealed: opening one writes nothing, so that nobody can fill a store by asking.
 * Being taken once and being in time are the caller's to check.
 */
export interface Ceremonies {
  /** 32 bytes of randomness, base64url. */
  newChallenge(): string;
  open(ceremony: Ceremony): CeremonyId;
  /** `undefined` where the id was altered, or was given out by another relying party or for another kind. */
  read<Kind extends CeremonyKind>(id: string, rp: RelyingPartySlug, kind: Kind): CeremonyOf<Kind> | undefined;
  /** The same whatever its kind, for a client that reports how its ceremony failed. */
  readAny(id: string, rp: RelyingPartySlug): Ceremony | undefined;
  /** A short name for the id (22 characters), under which it is taken once and recorded. */
  fingerprint(id: CeremonyId): string;
}

/** Names for people to read. An AAGUID proves nothing about who made the passkey. */
export interface PasskeyProviders {
  /** Null where the AAGUID is all zero or unknown. */
  nameOf(aaguid: string): string | null;
}

export const REGISTRATION_VERIFIER = Symbol('RegistrationVerifier');
export const ASSERTION_VERIFIER = Symbol('AssertionVerifier');
export const CEREMONIES = Symbol('Ceremonies');
export const PASSKEY_PROVIDERS = Symbol('PasskeyProviders');
