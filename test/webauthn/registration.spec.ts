import { describe, expect, it } from '@jest/globals';
import type { VerificationFailure } from '../../src/application/ports/webauthn.js';
import type { Cbor } from '../support/software-authenticator-cbor.js';
import {
  CREDENTIAL_ID,
  ES256_KEY,
  attemptRegistration,
  replacing,
  type RegistrationAttempt,
} from '../support/software-authenticator-attempts.js';
import { ANDROID_ORIGIN, newChallenge } from '../support/software-authenticator-fixtures.js';
import { ALGORITHMS, coseKeyOf, generatePrivateKey } from '../support/software-authenticator-keys.js';

const REGISTRATION = {
  credentialId: CREDENTIAL_ID.toString('base64url'),
  publicKey: coseKeyOf(ES256_KEY).toString('base64url'),
  algorithm: -7,
  signCount: 0,
  aaguid: '00000000-0000-0000-0000-000000000000',
  transports: ['hybrid', 'internal'],
  backupEligible: true,
  backedUp: true,
  userVerified: true,
  attestation: { format: 'none', trust: 'none' },
  attachment: 'platform',
};

describe('a registration is accepted', () => {
  it('and everything recorded of a passkey comes from it', async () => {
    expect(await attemptRegistration()).toStrictEqual({ ok: true, registration: REGISTRATION });
  });

  it.each(ALGORITHMS)('of algorithm %i', async (algorithm) => {
    const privateKey = generatePrivateKey(algorithm);
    expect(await attemptRegistration({ settings: { privateKey } })).toStrictEqual({
      ok: true,
      registration: {
        ...REGISTRATION,
        algorithm,
        publicKey: coseKeyOf(privateKey).toString('base64url'),
      },
    });
  });

  it.each(ALGORITHMS)(
    'with self attestation of algorithm %i, which is called untrusted',
    async (algorithm) => {
      const settings = { privateKey: generatePrivateKey(algorithm), attestation: 'packed-self' } as const;
      expect(await attemptRegistration({ settings })).toMatchObject({
        ok: true,
        registration: { algorithm, attestation: { format: 'packed', trust: 'untrusted' } },
      });
    },
  );

  it('of a device-bound security key that counts', async () => {
    const settings = {
      backupEligible: false,
      counts: true,
      aaguid: Buffer.from('cb69481e8ff7403993ec0a2729a154a8', 'hex'),
      transports: ['usb', 'nfc', 'telepathy', 'usb'],
    };
    expect(await attemptRegistration({ settings })).toStrictEqual({
      ok: true,
      registration: {
        ...REGISTRATION,
        signCount: 1,
        aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8',
        transports: ['nfc', 'usb'],
        backupEligible: false,
        backedUp: false,
        attachment: 'cross-platform',
      },
    });
  });

  it('with a credential id of 1023 bytes', async () => {
    const credentialId = Buffer.alloc(1023, 1);
    expect(await attemptRegistration({ say: { credentialId } })).toStrictEqual({
      ok: true,
      registration: { ...REGISTRATION, credentialId: credentialId.toString('base64url') },
    });
  });

  it.each<[string, RegistrationAttempt]>([
    ['made in an Android app of the policy', { say: { origin: ANDROID_ORIGIN } }],
    ['with unknown members in its client data', { say: { clientData: { androidPackageName: 'example' } } }],
    ['with authenticator extensions', { say: { extensions: new Map<string, Cbor>([['credProtect', 2]]) } }],
  ])('%s', async (_, made) => {
    expect(await attemptRegistration(made)).toStrictEqual({ ok: true, registration: REGISTRATION });
  });

  it('of a client that names no transports', async () => {
    expect(await attemptRegistration({ tamper: replacing('transports', undefined) })).toStrictEqual({
      ok: true,
      registration: { ...REGISTRATION, transports: [] },
    });
  });
});

describe('a registration is refused', () => {
  it.each<[string, VerificationFailure, RegistrationAttempt]>([
    ['made in a sign-in', 'type-mismatch', { say: { type: 'webauthn.get' } }],
    ['made for another challenge', 'challenge-mismatch', { say: { challenge: newChallenge() } }],
    ['made at another site', 'origin-not-allowed', { say: { origin: 'https://evil.example' } }],
    [
      'made at a subdomain that is not listed',
      'origin-not-allowed',
      { say: { origin: 'https://x.wallet.example' } },
    ],
    ['made in a frame of another site', 'cross-origin', { say: { crossOrigin: true } }],
    ['that names a top origin', 'top-origin', { say: { topOrigin: 'https://evil.example' } }],
    [
      'made in a frame and naming the site around it',
      'cross-origin',
      { say: { crossOrigin: true, topOrigin: 'https://evil.example' } },
    ],
    ['of another RP ID', 'rp-id-mismatch', { say: { rpId: 'evil.example' } }],
    ['without the user present', 'user-not-present', { say: { userPresent: false } }],
    ['without the user verified', 'user-not-verified', { say: { userVerified: false } }],
    [
      'backed up without being backup eligible',
      'backup-flags-invalid',
      { say: { backupEligible: false, backedUp: true } },
    ],
    [
      'of an algorithm that these options did not offer',
      'algorithm-not-offered',
      { expect: { algorithms: [-8] } },
    ],
    [
      'with a credential id of 1024 bytes',
      'credential-id-too-long',
      { say: { credentialId: Buffer.alloc(1024, 1) } },
    ],
    [
      "under another credential's id",
      'credential-id-mismatch',
      { tamper: (answer) => ({ ...answer, id: 'AQID', rawId: 'AQID' }) },
    ],
  ])('%s', async (_, reason, made) => {
    expect(await attemptRegistration(made)).toMatchObject({ ok: false, reason });
  });
});
