import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type VerifiedRegistrationResponse,
} from '@simplewebauthn/server';
import type {
  CreationOptions,
  CreationRequest,
  ExpectedRegistration,
  Registration,
  RegistrationVerifier,
  StorageChoice,
  VerificationFailed,
} from '../../application/ports/webauthn.js';
import type { Transport } from '../../domain/account/events.js';
import { as } from '../../domain/kernel/ids.js';
import { checkAttestation } from './attestation.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { checkClientData } from './client-data.js';
import { malformed, readEnvelope } from './credential-json.js';
import { OFFERED_ALGORITHMS } from './public-key.js';

const AUTHENTICATOR_TYPES = {
  'this-device': 'localDevice',
  'another-device': 'remoteDevice',
  'security-key': 'securityKey',
} as const satisfies Record<StorageChoice, string>;

const TRANSPORTS: readonly Transport[] = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/**
 * Registration through @simplewebauthn/server. What it leaves to its caller is checked first, and with it everything that
 * deserves a reason of its own; whatever the library then still refuses is the attestation statement.
 */
export class SimpleWebAuthnRegistrationVerifier implements RegistrationVerifier {
  async creationOptions(request: CreationRequest): Promise<CreationOptions> {
    const userID = decodeBase64url(request.user.handle);
    const challenge = decodeBase64url(request.challenge);
    if (userID === undefined || challenge === undefined) {
      throw new TypeError('user handle and challenge are base64url');
    }
    return generateRegistrationOptions({
      rpID: request.rp.id,
      rpName: request.rp.name,
      userID,
      userName: request.user.name,
      userDisplayName: request.user.displayName,
      challenge,
      timeout: request.timeout,
      attestationType: request.attestation,
      excludeCredentials: request.exclude.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: [...transports],
      })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: [...OFFERED_ALGORITHMS],
      ...(request.storage !== null && { preferredAuthenticatorType: AUTHENTICATOR_TYPES[request.storage] }),
    });
  }

  async verify(
    credential: unknown,
    expected: ExpectedRegistration,
  ): Promise<{ readonly ok: true; readonly registration: Registration } | VerificationFailed> {
    const read = readEnvelope(credential);
    if (!read.ok) return read;
    const { attachment, id, response } = read.envelope;
    const clientDataJSON = decodeBase64url(response['clientDataJSON']);
    if (clientDataJSON === undefined) return malformed('/response/clientDataJSON');
    const attestationObject = decodeBase64url(response['attestationObject']);
    if (attestationObject === undefined) return malformed('/response/attestationObject');

    const failure = checkClientData(clientDataJSON, 'webauthn.create', expected);
    if (failure !== undefined) return failure;
    const checked = checkAttestation(attestationObject, id, expected);
    if (!checked.ok) return checked;

    const verified = await verifyWithLibrary(id, clientDataJSON, attestationObject, expected);
    if (verified?.registrationInfo === undefined) return { ok: false, reason: 'attestation-invalid' };
    const { credential: attested, aaguid, fmt, ...info } = verified.registrationInfo;
    return {
      ok: true,
      registration: {
        credentialId: as(attested.id),
        publicKey: encodeBase64url(attested.publicKey),
        algorithm: checked.algorithm,
        signCount: attested.counter,
        aaguid,
        transports: transportsOf(response['transports']),
        backupEligible: info.credentialDeviceType === 'multiDevice',
        backedUp: info.credentialBackedUp,
        userVerified: info.userVerified,
        // The library's `verified` does not say that a chain reached an anchor, and no anchor is configured.
        attestation: { format: fmt, trust: fmt === 'none' ? 'none' : 'untrusted' },
        attachment,
      },
    };
  }
}

/** @returns `undefined` where the library throws: its messages quote what the client sent */
async function verifyWithLibrary(
  id: string,
  clientDataJSON: Uint8Array,
  attestationObject: Uint8Array,
  expected: ExpectedRegistration,
): Promise<VerifiedRegistrationResponse | undefined> {
  try {
    return await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: encodeBase64url(clientDataJSON),
          attestationObject: encodeBase64url(attestationObject),
        },
        clientExtensionResults: {},
      },
      expectedType: 'webauthn.create',
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserPresence: true,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...expected.algorithms],
    });
  } catch {
    return undefined;
  }
}

function transportsOf(value: unknown): readonly Transport[] {
  const stated: readonly unknown[] = Array.isArray(value) ? value : [];
  return TRANSPORTS.filter((transport) => stated.includes(transport));
}
