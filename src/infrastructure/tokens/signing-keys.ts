import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.js';
import type { Duration, Instant } from '../../domain/kernel/time.js';
import { DAY, MINUTE, SECOND } from '../../domain/kernel/time.js';
import type { Sealer } from '../keys/sealer.js';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly createdAt: Instant;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** RFC 7517, public members only. */
  readonly jwk: PublicJwk;
}

export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** As it is kept: its private part sealed. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly sealed: Uint8Array;
  readonly createdAt: Instant;
}

/** The signing keys of all processes. */
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
 * The keys that tokens are signed with, kept sealed under a key derived from the master key. They take turns by age alone
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
  ) {
    this.#readAt = clock.now();
    this.#keys = this.#turn(this.#readAt);
  }

  /** Reads the keys; makes the first one where there is none. */
  static async open(store: SigningKeyStore, sealer: Sealer, clock: Clock): Promise<SigningKeys> {
    const keys = new SigningKeys(store, sealer, clock);
    await keys.#keys;
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
    // All are opened first: a process with another master key adds none that the others couldn't open.
    const [newest, ...older] = (await this.store.list()).map((stored) => this.#open(stored));
    if (newest === undefined || newest.createdAt + TERM <= now) {
      await this.store.add(this.#make(now), newest?.kid ?? null);
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
    return keyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), createdAt);
  }

  #make(createdAt: Instant): StoredSigningKey {
    const { kid, privateKey } = keyOf(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      createdAt,
    );
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

function keyOf(privateKey: KeyObject, createdAt: Instant): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // RFC 7638 §3.2: the required members only, in lexicographic order.
  const thumbprint = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  const kid = createHash('sha256').update(thumbprint).digest('base64url');
  return {
    kid,
    createdAt,
    privateKey,
    publicKey,
    jwk: { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' },
  };
}
