import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.js';
import type { Instant } from '../../domain/kernel/time.js';
import { DAY, MINUTE } from '../../domain/kernel/time.js';
import type { Sealer } from '../keys/sealer.js';
import type { ServiceDatabase } from '../service/service-database.js';

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

/** A key signs for so long. */
const TERM = 30 * DAY;
/** It is published so long before it signs: longer than anyone keeps a copy of the key set. */
const PUBLISHED_BEFORE = DAY;
/** It is published so long after it signed: longer than any token lives. */
const PUBLISHED_AFTER = 2 * DAY;
/** In ms. What the command line revoked is believed no longer than this. */
const READ_AGAIN_AFTER = MINUTE;

/**
 * The keys that tokens are signed with, sealed on disk under a key derived from the master key. They take turns by age alone
 * (NIST SP 800-57 part 1 §5.3: a bounded cryptoperiod): a successor is published a day before it signs, and its predecessor
 * until its last token has expired; then it is destroyed.
 */
export class SigningKeys {
  /** The newest first. */
  #keys: readonly [SigningKey, ...SigningKey[]];
  #readAt: Instant;

  private constructor(
    private readonly database: ServiceDatabase,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {
    this.#readAt = clock.now();
    this.#keys = this.#turn(this.#readAt);
  }

  /** Reads the keys; makes the first one where there is none. */
  static open(database: ServiceDatabase, sealer: Sealer, clock: Clock): SigningKeys {
    return new SigningKeys(database, sealer, clock);
  }

  /** The one that signs: the newest that was published for long enough, or else the oldest. */
  get current(): SigningKey {
    const keys = this.#upToDate();
    const from = this.clock.now() - PUBLISHED_BEFORE;
    return keys.find(({ createdAt }) => createdAt <= from) ?? keys.at(-1) ?? keys[0];
  }

  find(kid: string): SigningKey | undefined {
    return this.#upToDate().find((key) => key.kid === kid);
  }

  public(): readonly PublicJwk[] {
    return this.#upToDate().map((key) => key.jwk);
  }

  #upToDate(): readonly [SigningKey, ...SigningKey[]] {
    const now = this.clock.now();
    if (now - this.#readAt >= READ_AGAIN_AFTER) {
      this.#keys = this.#turn(now);
      this.#readAt = now;
    }
    return this.#keys;
  }

  #turn(now: Instant): readonly [SigningKey, ...SigningKey[]] {
    const [newest, ...older] = this.#read();
    if (newest === undefined) return [this.#make(now)];
    const successors = newest.createdAt + TERM <= now ? [this.#make(now)] : [];
    const [first, ...others] = [...successors, newest, ...older];
    const kept = others.filter((key, index) => {
      const successor = index === 0 ? first : others[index - 1];
      const signed = (successor?.createdAt ?? now) + PUBLISHED_BEFORE;
      if (signed + PUBLISHED_AFTER > now) return true;
      this.database.prepare('DELETE FROM signing_keys WHERE kid = ?').run(key.kid);
      return false;
    });
    return [first ?? newest, ...kept];
  }

  #read(): readonly SigningKey[] {
    const read = this.database.prepare(
      'SELECT kid, sealed, created_at FROM signing_keys ORDER BY created_at DESC',
    );
    return read.all().map((row: { kid: string; sealed: Uint8Array; created_at: number }) => {
      const der = Buffer.from(this.sealer.open(contextOf(row.kid), row.sealed));
      return keyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), row.created_at);
    });
  }

  #make(now: Instant): SigningKey {
    const made = keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, now);
    const der = made.privateKey.export({ format: 'der', type: 'pkcs8' });
    this.database
      .prepare('INSERT INTO signing_keys (kid, sealed, created_at) VALUES (?, ?, ?)')
      .run(made.kid, this.sealer.seal(contextOf(made.kid), der), now);
    return made;
  }
}

/** What an operator sees of a key; its private part stays sealed. */
export interface ListedSigningKey {
  readonly kid: string;
  readonly createdAt: Instant;
}

/** The newest first. */
export function listSigningKeys(database: ServiceDatabase): readonly ListedSigningKey[] {
  return database
    .prepare('SELECT kid, created_at FROM signing_keys ORDER BY created_at DESC')
    .all()
    .map((row: { kid: string; created_at: number }) => ({ kid: row.kid, createdAt: row.created_at }));
}

/** Destroys a key that may have leaked. A running service refuses its tokens within a minute. */
export function revokeSigningKey(database: ServiceDatabase, kid: string): boolean {
  return database.prepare('DELETE FROM signing_keys WHERE kid = ?').run(kid).changes === 1;
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
