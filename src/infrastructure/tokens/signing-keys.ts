import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../../application/ports/clock.js';
import type { Duration, Instant } from '../../domain/kernel/time.js';
import { DAY, MINUTE, SECOND } from '../../domain/kernel/time.js';
import type { Sealer } from '../keys/sealer.js';
import { SealBroken } from '../keys/sealer.js';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly createdAt: Instant;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** RFC 7517, public members only. */
  readonly jwk: PublicJwk;
}

export type PublicJwk = KeyMembers & {
  readonly kid: string;
  readonly alg: KeyKind['algorithm'];
  readonly use: 'sig';
};

/** What a key is: all that its thumbprint is taken of (RFC 7638 §3.2), in lexicographic order. */
type KeyMembers = Readonly<Record<string, string>> & { readonly kty: string };

/** How keys of a kind are made and published. */
export interface KeyKind {
  /** RFC 7518 §3.1. */
  readonly algorithm: 'ES256' | 'RS256';
  generate(): Promise<{ readonly privateKey: KeyObject }>;
  members(jwk: JsonWebKey): KeyMembers;
}

const generated = promisify(generateKeyPair);

/** Of tokens. */
export const ES256: KeyKind = {
  algorithm: 'ES256',
  generate: () => generated('ec', { namedCurve: 'P-256' }),
  members: ({ crv = '', kty = '', x = '', y = '' }) => ({ crv, kty, x, y }),
};

/** Of security event tokens, whose receivers expect nothing else (CAEP Interoperability Profile 1.0 §2.6). */
export const RS256: KeyKind = {
  algorithm: 'RS256',
  generate: () => generated('rsa', { modulusLength: 2048 }),
  members: ({ e = '', kty = '', n = '' }) => ({ e, kty, n }),
};

/** As it is kept: its private part sealed. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly sealed: Uint8Array;
  readonly createdAt: Instant;
}

/** Written into statements as it is: the keys of tokens, and those of security event tokens. */
export type SigningKeyTable = 'signing_keys' | 'event_signing_keys';

/** The signing keys of one kind, of all processes. */
export interface SigningKeyStore {
  /** The newest first. */
  list(): Promise<readonly StoredSigningKey[]>;
  /**
   * Adds a key, provided that the newest is still the one that it follows: of several processes that find one missing, one
   * adds it.
   * @param follows null where there is no key
   */
  add(key: StoredSigningKey, follows: string | null): Promise<void>;
  destroy(kid: string): Promise<void>;
}

/** Found at start: what is kept does not belong to the key store that is there, which may be a new one in place of a lost one. */
export class SealedElsewhere extends Error {
  constructor() {
    super(
      'the signing keys were sealed under another key store than this one, or altered: bring back the key store (keys.sqlite, or that of the database) that belongs to this data, for no account can be read without it',
    );
    this.name = 'SealedElsewhere';
  }
}

/** A key signs for so long. */
const TERM = 30 * DAY;
/** It is published so long before it signs: longer than anyone keeps a copy of the key set. */
const PUBLISHED_BEFORE = DAY;
/** It is published so long after it signed: longer than any token lives. */
const PUBLISHED_AFTER = 2 * DAY;
/** In ms. What the command line revoked is believed no longer than this. */
const READ_AGAIN_AFTER = MINUTE;
/** In ms. A key that another process made is looked for no more often than this: anybody may name one that is none. */
const UNKNOWN_AGAIN_AFTER = SECOND;

/**
 * The keys that tokens are signed with, kept sealed under a key derived from the root key. They take turns by age alone
 * (NIST SP 800-57 part 1 §5.3: a bounded cryptoperiod): a successor is published a day before it signs, and its predecessor
 * until its last token has expired; then it is destroyed.
 */
export class SigningKeys {
  /** The newest first. */
  #keys: Promise<Keys>;
  #readAt: Instant;

  private constructor(
    private readonly store: SigningKeyStore,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly kind: KeyKind,
  ) {
    this.#readAt = clock.now();
    this.#keys = this.#turn(this.#readAt);
  }

  /** Reads the keys; makes the first one where there is none. @throws SealedElsewhere */
  static async open(
    store: SigningKeyStore,
    sealer: Sealer,
    clock: Clock,
    kind = ES256,
  ): Promise<SigningKeys> {
    const keys = new SigningKeys(store, sealer, clock, kind);
    await keys.#keys.catch((error: unknown) => {
      throw error instanceof SealBroken ? new SealedElsewhere() : error;
    });
    return keys;
  }

  /** The one that signs: the newest that was published for long enough, or else the oldest. */
  async current(): Promise<SigningKey> {
    const keys = await this.#within(READ_AGAIN_AFTER);
    const from = this.clock.now() - PUBLISHED_BEFORE;
    return keys.find(({ createdAt }) => createdAt <= from) ?? keys.at(-1) ?? keys[0];
  }

  async find(kid: string): Promise<SigningKey | undefined> {
    const named = (key: SigningKey): boolean => key.kid === kid;
    return (
      (await this.#within(READ_AGAIN_AFTER)).find(named) ??
      (await this.#within(UNKNOWN_AGAIN_AFTER)).find(named)
    );
  }

  async public(): Promise<readonly PublicJwk[]> {
    return (await this.#within(READ_AGAIN_AFTER)).map((key) => key.jwk);
  }

  /** The keys as they were so long ago, or later. */
  #within(age: Duration): Promise<Keys> {
    const now = this.clock.now();
    if (now - this.#readAt < age) return this.#keys;
    const read = this.#turn(now);
    this.#readAt = now;
    this.#keys = read;
    // What could not be read is asked for again, and nothing is signed or believed by what was read before.
    read.catch(() => (this.#readAt = Number.NEGATIVE_INFINITY));
    return read;
  }

  async #turn(now: Instant): Promise<Keys> {
    // All are opened first: a process with another root key adds none that the others couldn't open.
    const [newest, ...older] = (await this.store.list()).map((stored) => this.#open(stored));
    if (newest === undefined || newest.createdAt + TERM <= now) {
      await this.store.add(await this.#make(now), newest?.kid ?? null);
      // Read back, for another process may have been first.
      return this.#turn(now);
    }
    const kept: SigningKey[] = [];
    let successor = newest;
    for (const key of older) {
      if (successor.createdAt + PUBLISHED_BEFORE + PUBLISHED_AFTER > now) kept.push(key);
      else await this.store.destroy(key.kid);
      successor = key;
    }
    return [newest, ...kept];
  }

  #open({ createdAt, kid, sealed }: StoredSigningKey): SigningKey {
    const der = Buffer.from(this.sealer.open(contextOf(kid), sealed));
    return keyOf(this.kind, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), createdAt);
  }

  async #make(createdAt: Instant): Promise<StoredSigningKey> {
    const { kid, privateKey } = keyOf(this.kind, (await this.kind.generate()).privateKey, createdAt);
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    return { kid, sealed: this.sealer.seal(contextOf(kid), der), createdAt };
  }
}

/** The newest first. */
type Keys = readonly [SigningKey, ...SigningKey[]];

/** Destroys a key that may have leaked. A running service refuses its tokens within a minute. */
export async function revokeSigningKey(store: SigningKeyStore, kid: string): Promise<boolean> {
  const isThere = (await store.list()).some((key) => key.kid === kid);
  if (isThere) await store.destroy(kid);
  return isThere;
}

function contextOf(kid: string): string {
  return `signing-key|${kid}`;
}

function keyOf(kind: KeyKind, privateKey: KeyObject, createdAt: Instant): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const members = kind.members(publicKey.export({ format: 'jwk' }));
  const kid = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
  return {
    kid,
    createdAt,
    privateKey,
    publicKey,
    jwk: { ...members, kid, alg: kind.algorithm, use: 'sig' },
  };
}
