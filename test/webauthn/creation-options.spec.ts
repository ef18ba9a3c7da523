import { describe, expect, it } from '@jest/globals';
import type { CreationRequest } from '../../src/application/ports/webauthn.js';
import { as } from '../../src/domain/kernel/ids.js';
import { SimpleWebAuthnRegistrationVerifier } from '../../src/infrastructure/webauthn/registration-verifier.js';
import { USER_HANDLE, creationRequest } from '../support/software-authenticator-fixtures.js';

const verifier = new SimpleWebAuthnRegistrationVerifier();

describe('the options of a registration', () => {
  it('leave nothing to a default', async () => {
    const request = creationRequest({
      exclude: [{ credentialId: as('AQID'), transports: ['internal', 'hybrid'] }],
    });
    expect(await verifier.creationOptions(request)).toStrictEqual({
      rp: { id: 'wallet.example', name: 'Wallet' },
      user: { id: USER_HANDLE, name: 'ada@example.com', displayName: 'Ada' },
      challenge: request.challenge,
      pubKeyCredParams: [
        { alg: -8, type: 'public-key' },
        { alg: -7, type: 'public-key' },
        { alg: -257, type: 'public-key' },
      ],
      timeout: 300_000,
      attestation: 'none',
      excludeCredentials: [{ id: 'AQID', type: 'public-key', transports: ['internal', 'hybrid'] }],
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
      },
      hints: [],
      extensions: { credProps: true },
    });
  });

  it.each<[CreationRequest['storage'], string, string]>([
    ['this-device', 'client-device', 'platform'],
    ['another-device', 'hybrid', 'cross-platform'],
    ['security-key', 'security-key', 'cross-platform'],
  ])('for %s hint at %s, and at %s for older clients', async (storage, hint, authenticatorAttachment) => {
    expect(await verifier.creationOptions(creationRequest({ storage }))).toMatchObject({
      hints: [hint],
      authenticatorSelection: {
        authenticatorAttachment,
        residentKey: 'required',
        userVerification: 'required',
      },
    });
  });

  it('ask for attestation where the policy wants it', async () => {
    expect(await verifier.creationOptions(creationRequest({ attestation: 'direct' }))).toMatchObject({
      attestation: 'direct',
    });
  });

  it.each([{ challenge: 'not base64url' }, { user: { handle: as<never>(''), name: 'a', displayName: '' } }])(
    'are not made of what is no base64url: %j',
    async (changes) => {
      await expect(verifier.creationOptions(creationRequest(changes))).rejects.toThrow(
        'user handle and challenge are base64url',
      );
    },
  );
});
