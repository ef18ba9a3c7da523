import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { ExpectedRegistration, VerificationFailed } from '../../application/ports/webauthn.js';
import {
  checkAuthenticatorData,
  readAuthenticatorData,
  type AuthenticatorData,
} from './authenticator-data.js';
import { encodeBase64url } from './base64url.js';
import { malformed } from './credential-json.js';
import { readPublicKey } from './public-key.js';

/**
 * Formats whose statement can be checked without a request to anywhere. An `android-key` certificate may name a revocation
 * list, and the library fetches it before it looks at who signed the certificate: a client could send the service to any
 * address it likes. `fido-u2f` authenticators verify no user, and `android-safetynet` is no longer issued.
 */
const ACCEPTED_FORMATS: readonly string[] = ['none', 'packed', 'tpm', 'apple'];

const POINTER = '/response/attestationObject';

interface AttestationObject {
  readonly format: string;
  readonly statement: ReadonlyMap<unknown, unknown>;
  readonly data: AuthenticatorData;
}

/** WebAuthn §7.1 steps 13–21 and 25, all but the verification of the statement. */
export function checkAttestation(
  attestationObject: Uint8Array<ArrayBuffer>,
  credentialId: string,
  expected: ExpectedRegistration,
): { readonly ok: true; readonly algorithm: number } | VerificationFailed {
  const attestation = readAttestationObject(attestationObject);
  if (attestation === undefined) return malformed(POINTER);
  const { format, statement, data } = attestation;
  const failure = checkAuthenticatorData(data, expected.rpId);
  if (failure !== undefined) return failure;

  if (data.credentialID === undefined || data.credentialPublicKey === undefined) return malformed(POINTER);
  if (encodeBase64url(data.credentialID) !== credentialId) {
    return { ok: false, reason: 'credential-id-mismatch', pointer: '/id' };
  }
  const publicKey = readPublicKey(data.credentialPublicKey);
  if (publicKey === undefined) return { ok: false, reason: 'public-key-invalid' };
  const { algorithm, key } = publicKey;
  if (!expected.algorithms.includes(algorithm)) return { ok: false, reason: 'algorithm-not-offered' };
  // With format `none` nothing else looks at the key before it is first used to sign in.
  if (key === undefined) return { ok: false, reason: 'public-key-invalid' };

  if (!ACCEPTED_FORMATS.includes(format)) return { ok: false, reason: 'attestation-format-not-accepted' };
  // WebAuthn §8.2, self attestation: the library lets the statement choose another hash, SHA-1 among them.
  if (format === 'packed' && !statement.get('x5c') && statement.get('alg') !== algorithm) {
    return { ok: false, reason: 'attestation-invalid' };
  }
  return { ok: true, algorithm };
}

function readAttestationObject(bytes: Uint8Array<ArrayBuffer>): AttestationObject | undefined {
  const decoded = decode(bytes);
  if (!(decoded instanceof Map)) return undefined;
  const members: ReadonlyMap<unknown, unknown> = decoded;
  const format = members.get('fmt');
  const statement = members.get('attStmt');
  const authData = members.get('authData');
  if (typeof format !== 'string' || !(statement instanceof Map) || !(authData instanceof Uint8Array)) {
    return undefined;
  }
  const data = readAuthenticatorData(Uint8Array.from(authData));
  return data && { format, statement, data };
}

function decode(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return isoCBOR.decodeFirst<unknown>(bytes);
  } catch {
    return undefined;
  }
}
