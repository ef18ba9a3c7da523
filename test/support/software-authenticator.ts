import { createHash, randomBytes, type KeyObject } from 'node:crypto';
import type { CreationOptions, RequestOptions } from '../../src/application/ports/webauthn.js';
import { encodeCbor, type Cbor } from './software-authenticator-cbor.js';
import {
  ALGORITHMS,
  algorithmOf,
  coseKeyOf,
  generatePrivateKey,
  signWith,
  type Algorithm,
} from './software-authenticator-keys.js';
import type { AuthenticationResponse, RegistrationResponse } from './software-authenticator-responses.js';

export type { AuthenticationResponse, RegistrationResponse };

export interface AuthenticatorSettings {
  /** Makes keys of this algorithm, whatever is offered. Default: the first offered. */
  readonly algorithm?: Algorithm;
  /** Used for every credential instead of a fresh key, where making keys would take too long. */
  readonly privateKey?: KeyObject;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  /** 16 bytes. Default: all zero. */
  readonly aaguid?: Uint8Array;
  readonly attestation?: 'none' | 'packed-self';
  /** Counts its signatures, as security keys do. Default: always 0, as synced passkeys do. */
  readonly counts?: boolean;
  readonly transports?: readonly string[];
}

/** What to say instead of the truth. Everything else stays consistent and is signed. */
export interface Misstatements {
  readonly origin: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: unknown;
  readonly topOrigin?: unknown;
  /** Further members of clientDataJSON. */
  readonly clientData?: Readonly<Record<string, unknown>>;
  readonly rpId?: string;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  readonly signCount?: number;
  /** Authenticator extension outputs. */
  readonly extensions?: ReadonlyMap<string, Cbor>;
  /** Rewrites the bytes before they are signed. */
  readonly clientDataJSON?: (bytes: Buffer) => Uint8Array;
  readonly authenticatorData?: (bytes: Buffer) => Uint8Array;
}

export interface CreationMisstatements extends Misstatements {
  readonly credentialId?: Uint8Array;
  /** COSE_Key bytes. */
  readonly publicKey?: Uint8Array;
  readonly format?: string;
  readonly statement?: ReadonlyMap<string, Cbor>;
  /** Makes the whole statement from what an attestation signs (WebAuthn §8.2). */
  readonly attest?: (signed: Buffer) => ReadonlyMap<string, Cbor>;
  /** Makes something else of the attestation object. */
  readonly attestationObject?: (members: ReadonlyMap<string, Cbor>) => Cbor;
}

export interface RequestMisstatements extends Misstatements {
  /** Which passkey answers. Default: an allowed one, or the last one made for the RP ID. */
  readonly credentialId?: string;
  readonly userHandle?: string | null;
  readonly signWith?: KeyObject;
}

export interface SoftwareCredential {
  readonly credentialId: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
  /** COSE_Key bytes, base64url. */
  readonly publicKey: string;
}

/** An authenticator and the client before it, in software: makes real, signed answers, and false ones on demand. */
export class SoftwareAuthenticator {
  readonly #settings: AuthenticatorSettings;
  readonly #credentials = new Map<string, SoftwareCredential>();
  #signatures = 0;

  constructor(settings: AuthenticatorSettings = {}) {
    this.#settings = settings;
  }

  get credentials(): readonly SoftwareCredential[] {
    return [...this.#credentials.values()];
  }

  create(options: CreationOptions, say: CreationMisstatements): RegistrationResponse {
    const rpId = options.rp.id ?? new URL(say.origin).hostname;
    const privateKey = this.#settings.privateKey ?? generatePrivateKey(this.#algorithmFor(options));
    const idBytes = say.credentialId ?? randomBytes(32);
    const publicKey = say.publicKey ?? coseKeyOf(privateKey);
    const id = base64url(idBytes);
    this.#credentials.set(id, {
      credentialId: id,
      rpId,
      userHandle: options.user.id,
      privateKey,
      publicKey: base64url(publicKey),
    });

    const length = Buffer.alloc(2);
    length.writeUInt16BE(idBytes.byteLength);
    const attested = Buffer.concat([this.#settings.aaguid ?? Buffer.alloc(16), length, idBytes, publicKey]);
    const clientDataJSON = clientData('webauthn.create', options.challenge, say);
    const authData = this.#authenticatorData(rpId, say, attested);
    const self = say.format === undefined && this.#settings.attestation === 'packed-self';
    const statement = self
      ? new Map<string, Cbor>([
          ['alg', algorithmOf(privateKey)],
          ['sig', signWith(privateKey, Buffer.concat([authData, sha256(clientDataJSON)]))],
        ])
      : new Map<string, Cbor>();
    const signed = Buffer.concat([authData, sha256(clientDataJSON)]);
    const members = new Map<string, Cbor>([
      ['fmt', say.format ?? (self ? 'packed' : 'none')],
      ['attStmt', say.attest?.(signed) ?? new Map([...statement, ...(say.statement ?? [])])],
      ['authData', authData],
    ]);
    const attestationObject = encodeCbor(say.attestationObject?.(members) ?? members);
    return {
      ...this.#envelope(id),
      response: {
        clientDataJSON: base64url(clientDataJSON),
        attestationObject: base64url(attestationObject),
        transports: this.#settings.transports ?? ['internal', 'hybrid'],
      },
    };
  }

  /** @throws where it holds no passkey that may answer */
  get(options: RequestOptions, say: RequestMisstatements): AuthenticationResponse {
    const credential = this.#choose(options, say.credentialId);
    const clientDataJSON = clientData('webauthn.get', options.challenge, say);
    const authenticatorData = this.#authenticatorData(credential.rpId, say);
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
    const userHandle = say.userHandle === undefined ? credential.userHandle : say.userHandle;
    return {
      ...this.#envelope(credential.credentialId),
      response: {
        clientDataJSON: base64url(clientDataJSON),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signWith(say.signWith ?? credential.privateKey, signed)),
        ...(userHandle !== null && { userHandle }),
      },
    };
  }

  get #inHand(): boolean {
    return this.#settings.transports?.includes('internal') === false;
  }

  #algorithmFor(options: CreationOptions): Algorithm {
    const offered = options.pubKeyCredParams.map(({ alg }) => alg);
    const algorithm =
      this.#settings.algorithm ??
      offered.map((alg) => ALGORITHMS.find((known) => known === alg)).find(Boolean);
    if (algorithm === undefined)
      throw new Error(`none of the algorithms offered is known: ${offered.join()}`);
    return algorithm;
  }

  #choose(options: RequestOptions, credentialId: string | undefined): SoftwareCredential {
    const allowed = options.allowCredentials.map(({ id }) => id);
    const credential = this.credentials.findLast(
      (candidate) =>
        candidate.rpId === options.rpId &&
        (credentialId === undefined || candidate.credentialId === credentialId) &&
        (credentialId !== undefined || allowed.length === 0 || allowed.includes(candidate.credentialId)),
    );
    if (credential === undefined) throw new Error(`no passkey here may answer for ${options.rpId}`);
    return credential;
  }

  /** WebAuthn §6.1. */
  #authenticatorData(rpId: string, say: Misstatements, attested?: Uint8Array): Uint8Array {
    const backupEligible = say.backupEligible ?? this.#settings.backupEligible ?? true;
    const flags =
      flag(0, say.userPresent ?? true) |
      flag(2, say.userVerified ?? true) |
      flag(3, backupEligible) |
      flag(4, say.backedUp ?? this.#settings.backedUp ?? backupEligible) |
      flag(6, attested !== undefined) |
      flag(7, say.extensions !== undefined);
    if (this.#settings.counts === true) this.#signatures += 1;
    const signCount = Buffer.alloc(4);
    signCount.writeUInt32BE(say.signCount ?? this.#signatures);
    const bytes = Buffer.concat([
      sha256(say.rpId ?? rpId),
      Buffer.from([flags]),
      signCount,
      attested ?? Buffer.alloc(0),
      say.extensions === undefined ? Buffer.alloc(0) : encodeCbor(say.extensions),
    ]);
    return say.authenticatorData?.(bytes) ?? bytes;
  }

  #envelope(id: string): Omit<RegistrationResponse, 'response'> {
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: this.#inHand ? 'cross-platform' : 'platform',
      clientExtensionResults: {},
    };
  }
}

function clientData(type: string, challenge: string, say: Misstatements): Uint8Array {
  const bytes = Buffer.from(
    JSON.stringify({
      type: say.type ?? type,
      challenge: say.challenge ?? challenge,
      origin: say.origin,
      crossOrigin: 'crossOrigin' in say ? say.crossOrigin : false,
      topOrigin: say.topOrigin,
      ...say.clientData,
    }),
  );
  return say.clientDataJSON?.(bytes) ?? bytes;
}

function flag(bit: number, set: boolean): number {
  return set ? 1 << bit : 0;
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
