import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encodeCbor, type Cbor } from './software-authenticator-cbor.js';

/** COSE algorithm identifiers: ES256, EdDSA over Ed25519, RS256. */
export const ALGORITHMS = [-7, -8, -257] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export function generatePrivateKey(algorithm: Algorithm): KeyObject {
  if (algorithm === -7) return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (algorithm === -8) return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** The algorithm that a key of this type signs with. */
export function algorithmOf(key: KeyObject): Algorithm {
  if (key.asymmetricKeyType === 'ec') return -7;
  return key.asymmetricKeyType === 'ed25519' ? -8 : -257;
}

/** COSE_Key bytes (RFC 9052 §7) of the public half. */
export function coseKeyOf(privateKey: KeyObject): Buffer {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const bytes = (value: string | undefined): Buffer => Buffer.from(value ?? '', 'base64url');
  const algorithm = algorithmOf(privateKey);
  const members: Record<Algorithm, readonly (readonly [number, Cbor])[]> = {
    [-7]: [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ],
    [-8]: [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ],
    [-257]: [
      [1, 3],
      [3, -257],
      [-1, bytes(jwk.n)],
      [-2, bytes(jwk.e)],
    ],
  };
  return encodeCbor(new Map(members[algorithm]));
}

export function signWith(privateKey: KeyObject, data: Uint8Array): Buffer {
  return sign(privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, privateKey);
}
