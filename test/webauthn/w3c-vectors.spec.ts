import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { CachedKeyAssertionVerifier } from '../../src/infrastructure/webauthn/assertion-verifier.js';
import { PublicKeys, verifySignature } from '../../src/infrastructure/webauthn/public-key.js';
import { SimpleWebAuthnRegistrationVerifier } from '../../src/infrastructure/webauthn/registration-verifier.js';
import { USER_HANDLE } from '../support/software-authenticator-fixtures.js';
import published from './w3c-test-vectors.json' with { type: 'json' };

type Vector = (typeof published.vectors)[number];
type Response = Readonly<Record<string, string>>;

const RELYING_PARTY = { rpId: 'example.org', origins: ['https://example.org'] };
const registrations = new SimpleWebAuthnRegistrationVerifier();
const assertions = new CachedKeyAssertionVerifier();

function vectorNamed(name: string): Vector {
  const vector = published.vectors.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`no vector is named ${name}`);
  return vector;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64url'));
}

function credential({ credentialId: id }: Vector, response: Response): object {
  return { id, rawId: id, type: 'public-key', response };
}

/** `ok`, or why not. */
async function register(vector: Vector): Promise<string> {
  const { challenge, ...response } = vector.registration;
  const algorithms = [-8, -7, -257];
  const expected = { ...RELYING_PARTY, challenge, algorithms };
  const result = await registrations.verify(credential(vector, response), expected);
  return result.ok ? 'ok' : result.reason;
}

function attested(vector: Vector): { readonly publicKey: string; readonly backupEligible: boolean } {
  const { credentialPublicKey, flags } = parseAuthenticatorData(
    decodeAttestationObject(bytesOf(vector.registration.attestationObject)).get('authData'),
  );
  const publicKey = Buffer.from(credentialPublicKey ?? []).toString('base64url');
  return { publicKey, backupEligible: flags.be };
}

function authenticate(vector: Vector): string {
  const { challenge, ...response } = vector.authentication;
  const parsed = assertions.parse(credential(vector, response));
  if (!parsed.ok) return parsed.reason;
  const account = { userHandle: USER_HANDLE, accountKnown: true };
  const expected = { ...RELYING_PARTY, ...attested(vector), ...account, challenge };
  const result = assertions.verify(parsed.assertion, expected);
  return result.ok ? 'ok' : result.reason;
}

/** Undefined where the key is of an algorithm that isn't offered. */
function signatureVerifies(vector: Vector): boolean | undefined {
  const { authenticatorData, clientDataJSON, signature } = vector.authentication;
  const key = new PublicKeys().get(attested(vector).publicKey);
  const clientDataHash = createHash('sha256').update(bytesOf(clientDataJSON)).digest();
  const signed = Buffer.concat([bytesOf(authenticatorData), clientDataHash]);
  return key && verifySignature(key, signed, bytesOf(signature));
}

/** Many vectors were made without user verification, which this service requires: their signatures still count. */
describe('of the test vectors of WebAuthn Level 3', () => {
  it.each([
    ['ES256 Credential with No Attestation', 'user-not-verified', 'user-not-verified', true],
    ['ES256 Credential with Self Attestation', 'ok', 'user-not-verified', true],
    ['ES256 Credential with "crossOrigin": true in clientDataJSON', 'cross-origin', 'cross-origin', true],
    ['ES256 Credential with "topOrigin" in clientDataJSON', 'cross-origin', 'cross-origin', true],
    ['ES256 Credential with very long credential ID', 'user-not-verified', 'ok', true],
    ['Packed Attestation with ES256 Credential', 'ok', 'ok', true],
    ['Packed Attestation with ES384 Credential', 'user-not-verified', 'public-key-invalid', undefined],
    ['Packed Attestation with ES512 Credential', 'algorithm-not-offered', 'user-not-verified', undefined],
    ['Packed Attestation with RS256 Credential', 'ok', 'user-not-verified', true],
    ['Packed Attestation with Ed25519 Credential', 'user-not-verified', 'user-not-verified', true],
    ['Packed Attestation with Ed448 Credential', 'user-not-verified', 'public-key-invalid', undefined],
    // Its attestation names a maker of TPMs that is on no list.
    ['TPM Attestation with ES256 Credential', 'attestation-invalid', 'ok', true],
    [
      'Android Key Attestation with ES256 Credential',
      'attestation-format-not-accepted',
      'user-not-verified',
      true,
    ],
    ['Apple Anonymous Attestation with ES256 Credential', 'user-not-verified', 'user-not-verified', true],
    ['FIDO U2F Attestation with ES256 Credential', 'user-not-verified', 'user-not-verified', true],
  ])('%s: registration %s, authentication %s', async (name, registered, authenticated, signature) => {
    const vector = vectorNamed(name);
    expect(await register(vector)).toBe(registered);
    expect(authenticate(vector)).toBe(authenticated);
    expect(signatureVerifies(vector)).toBe(signature);
  });

  it('none is left out', () => {
    expect(published.vectors).toHaveLength(15);
  });
});
