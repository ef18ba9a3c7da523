import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { LRUCache } from 'lru-cache';
import { decodeBase64url, encodeBase64url } from './base64url.js';

/** COSE algorithm identifiers (RFC 9053, RFC 8812), most preferred first. */
export const EDDSA = -8;
export const ES256 = -7;
export const RS256 = -257;
export const OFFERED_ALGORITHMS: readonly number[] = [EDDSA, ES256, RS256];

/** Below, a key can be factored; above, verifying becomes a way to wear the service out. */
const RSA_BITS = { least: 2048, most: 4096 };
const RSA_EXPONENT = 65_537n;

/** COSE_Key parameters (RFC 9053 §7, RFC 8230 §4); -1 to -3 mean what the key type says. */
const KEY_TYPE = 1;
const ALGORITHM = 3;

export interface PublicKey {
  readonly algorithm: number;
  /** Undefined where the key is unusable, too weak or of an algorithm that isn't offered. */
  readonly key: KeyObject | undefined;
}

/** @returns `undefined` for bytes that are no COSE_Key at all */
export function readPublicKey(coseKey: Uint8Array<ArrayBuffer>): PublicKey | undefined {
  const members = decode(coseKey);
  const algorithm = members?.get(ALGORITHM);
  if (members === undefined || typeof algorithm !== 'number') return undefined;
  return { algorithm, key: toKeyObject(algorithm, members) };
}

export function verifySignature(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  // Ed25519 hashes by itself; ES256 and RS256 both take SHA-256.
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key, signature);
}

/**
 * Importing a key costs more than verifying with it, so recent ones are kept. They are found by the whole key, never by a
 * credential id, which an attacker may choose.
 */
export class PublicKeys {
  readonly #recent: LRUCache<string, KeyObject>;

  constructor(max = 10_000) {
    this.#recent = new LRUCache({ max });
  }

  /** @param publicKey COSE_Key bytes, base64url */
  get(publicKey: string): KeyObject | undefined {
    const known = this.#recent.get(publicKey);
    if (known !== undefined) return known;
    const bytes = decodeBase64url(publicKey);
    const key = bytes && readPublicKey(bytes)?.key;
    if (key !== undefined) this.#recent.set(publicKey, key);
    return key;
  }
}

function decode(coseKey: Uint8Array<ArrayBuffer>): ReadonlyMap<unknown, unknown> | undefined {
  try {
    const decoded = isoCBOR.decodeFirst<unknown>(coseKey);
    return decoded instanceof Map ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function toKeyObject(algorithm: number, members: ReadonlyMap<unknown, unknown>): KeyObject | undefined {
  const jwk = toJwk(algorithm, members);
  if (jwk === undefined) return undefined;
  try {
    // Refuses a point that isn't on its curve.
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return algorithm !== RS256 || isStrongRsa(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The key type and the curve must be the algorithm's own: a key must not be read as one of another kind. */
function toJwk(algorithm: number, members: ReadonlyMap<unknown, unknown>): JsonWebKey | undefined {
  const is = (keyType: number, curve?: number): boolean =>
    members.get(KEY_TYPE) === keyType && (curve === undefined || members.get(-1) === curve);
  const bytes = (label: number): string => {
    const value = members.get(label);
    return value instanceof Uint8Array ? encodeBase64url(value) : '';
  };
  if (algorithm === ES256 && is(2, 1)) return { kty: 'EC', crv: 'P-256', x: bytes(-2), y: bytes(-3) };
  if (algorithm === EDDSA && is(1, 6)) return { kty: 'OKP', crv: 'Ed25519', x: bytes(-2) };
  if (algorithm === RS256 && is(3)) return { kty: 'RSA', n: bytes(-1), e: bytes(-2) };
  return undefined;
}

function isStrongRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  return modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most && publicExponent === RSA_EXPONENT;
}
