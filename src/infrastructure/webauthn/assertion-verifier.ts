import type {
  Assertion,
  AssertionVerifier,
  ExpectedAssertion,
  KnownCredential,
  ParsedAssertion,
  RequestOptions,
  VerificationFailed,
} from '../../application/ports/webauthn.js';
import { as } from '../../domain/kernel/ids.js';
import type { Duration } from '../../domain/kernel/time.js';
import { checkAuthenticatorData, readAuthenticatorData, sha256 } from './authenticator-data.js';
import { decodeBase64url } from './base64url.js';
import { checkClientData } from './client-data.js';
import { equalInConstantTime } from './constant-time.js';
import { malformed, readEnvelope } from './credential-json.js';
import { PublicKeys, verifySignature } from './public-key.js';

/** WebAuthn §5.4.3. */
const USER_HANDLE_BYTES = 64;

/**
 * The hot path, synchronous and with the key at hand: importing the key and WebCrypto's dispatch would cost twice the
 * signature. A differential test holds its verdicts equal to @simplewebauthn/server's.
 */
export class CachedKeyAssertionVerifier implements AssertionVerifier {
  readonly #publicKeys: PublicKeys;

  constructor(publicKeys = new PublicKeys()) {
    this.#publicKeys = publicKeys;
  }

  requestOptions(request: {
    readonly rpId: string;
    readonly challenge: string;
    readonly timeout: Duration;
    readonly allow?: readonly KnownCredential[];
  }): RequestOptions {
    return {
      rpId: request.rpId,
      challenge: request.challenge,
      timeout: request.timeout,
      allowCredentials: (request.allow ?? []).map(({ credentialId, transports }) => ({
        id: credentialId,
        type: 'public-key',
        transports,
      })),
      userVerification: 'required',
    };
  }

  parse(
    credential: unknown,
  ): { readonly ok: true; readonly assertion: ParsedAssertion } | VerificationFailed {
    const read = readEnvelope(credential);
    if (!read.ok) return read;
    const { id, response } = read.envelope;
    const clientDataJSON = decodeBase64url(response['clientDataJSON']);
    if (clientDataJSON === undefined) return malformed('/response/clientDataJSON');
    const authenticatorData = decodeBase64url(response['authenticatorData']);
    if (authenticatorData === undefined) return malformed('/response/authenticatorData');
    const signature = decodeBase64url(response['signature']);
    if (signature === undefined) return malformed('/response/signature');
    const userHandle = readUserHandle(response['userHandle']);
    if (userHandle === undefined) return malformed('/response/userHandle');
    return {
      ok: true,
      assertion: {
        credentialId: as(id),
        userHandle: userHandle === null ? null : as(userHandle),
        clientDataJSON,
        authenticatorData,
        signature,
      },
    };
  }

  verify(assertion: ParsedAssertion, expected: ExpectedAssertion): Assertion | VerificationFailed {
    const { credentialId, clientDataJSON } = assertion;
    if (expected.allowedCredentialIds?.includes(credentialId) === false) {
      return { ok: false, reason: 'credential-not-allowed' };
    }
    const failure =
      checkUserHandle(assertion, expected) ?? checkClientData(clientDataJSON, 'webauthn.get', expected);
    if (failure !== undefined) return failure;

    const data = readAuthenticatorData(assertion.authenticatorData);
    if (data === undefined) return malformed('/response/authenticatorData');
    const dataFailure = checkAuthenticatorData(data, expected.rpId);
    if (dataFailure !== undefined) return dataFailure;
    if (data.flags.be !== expected.backupEligible) return { ok: false, reason: 'backup-eligible-changed' };

    const key = this.#publicKeys.get(expected.publicKey);
    if (key === undefined) return { ok: false, reason: 'public-key-invalid' };
    const signed = Buffer.concat([assertion.authenticatorData, sha256(clientDataJSON)]);
    if (!verifySignature(key, signed, assertion.signature)) return { ok: false, reason: 'signature-invalid' };
    return { ok: true, signCount: data.counter, backedUp: data.flags.bs, userVerified: data.flags.uv };
  }
}

/** @returns null where there is none, which clients spell in three ways; `undefined` where it is no user handle */
function readUserHandle(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  const bytes = decodeBase64url(value);
  return typeof value === 'string' && bytes !== undefined && bytes.byteLength <= USER_HANDLE_BYTES
    ? value
    : undefined;
}

/** WebAuthn §7.2 step 6. */
function checkUserHandle(
  { userHandle }: ParsedAssertion,
  expected: ExpectedAssertion,
): VerificationFailed | undefined {
  if (userHandle === null) {
    return expected.accountKnown ? undefined : { ok: false, reason: 'user-handle-missing' };
  }
  return equalInConstantTime(userHandle, expected.userHandle)
    ? undefined
    : { ok: false, reason: 'user-handle-mismatch' };
}
