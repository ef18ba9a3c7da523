import { describe, expect, it } from '@jest/globals';
import { as, type CredentialId } from '../../src/domain/kernel/ids.js';
import { CachedKeyAssertionVerifier } from '../../src/infrastructure/webauthn/assertion-verifier.js';
import { SoftwareAuthenticator, type AuthenticationResponse } from '../support/software-authenticator.js';
import { replacing } from '../support/software-authenticator-attempts.js';
import {
  ORIGIN,
  RP_ID,
  TIMEOUT,
  USER_HANDLE,
  newChallenge,
  plantPasskey,
} from '../support/software-authenticator-fixtures.js';

const verifier = new CachedKeyAssertionVerifier();
const authenticator = new SoftwareAuthenticator();
const { credentialId } = plantPasskey(authenticator);
const ANSWER = authenticator.get(
  verifier.requestOptions({ rpId: RP_ID, challenge: newChallenge(), timeout: TIMEOUT }),
  { origin: ORIGIN },
);

describe('the options of a request', () => {
  const request = { rpId: RP_ID, challenge: newChallenge(), timeout: TIMEOUT };

  it('name no credential, so that they tell nobody which exist', () => {
    expect(verifier.requestOptions(request)).toStrictEqual({
      rpId: RP_ID,
      challenge: request.challenge,
      timeout: 300_000,
      allowCredentials: [],
      userVerification: 'required',
    });
  });

  it('name the credentials that may approve a step-up', () => {
    const allow = [{ credentialId: as<CredentialId>('AQID'), transports: ['internal', 'hybrid'] }] as const;
    expect(verifier.requestOptions({ ...request, allow }).allowCredentials).toStrictEqual([
      { id: 'AQID', type: 'public-key', transports: ['internal', 'hybrid'] },
    ]);
  });
});

describe('a credential that is no assertion', () => {
  it.each<[string, string, (response: AuthenticationResponse) => unknown]>([
    ['null', '', () => null],
    ['a text', '', () => 'credential'],
    ['a list', '', (answer) => [answer]],
    ['without an id', '/id', ({ id: _, ...answer }) => answer],
    ['with a padded id', '/id', (answer) => ({ ...answer, id: 'AA==', rawId: 'AA==' })],
    ['with a second spelling of an id', '/id', (answer) => ({ ...answer, id: 'AB', rawId: 'AB' })],
    ['with two ids', '/rawId', (answer) => ({ ...answer, rawId: 'AQID' })],
    ['of another type', '/type', (answer) => ({ ...answer, type: 'password' })],
    ['without a response', '/response', (answer) => ({ ...answer, response: null })],
    ['without client data', '/response/clientDataJSON', replacing('clientDataJSON', undefined)],
    ['with client data in plain text', '/response/clientDataJSON', replacing('clientDataJSON', '{}')],
    ['without authenticator data', '/response/authenticatorData', replacing('authenticatorData', undefined)],
    ['with an empty signature', '/response/signature', replacing('signature', '')],
    ['with a signature that is a number', '/response/signature', replacing('signature', 1)],
    ['with a user handle in base64', '/response/userHandle', replacing('userHandle', '+/+/')],
    [
      'with a user handle of 65 bytes',
      '/response/userHandle',
      replacing('userHandle', Buffer.alloc(65).toString('base64url')),
    ],
  ])('is malformed: %s', (_, pointer, tamper) => {
    expect(verifier.parse(tamper(ANSWER))).toStrictEqual({ ok: false, reason: 'malformed', pointer });
  });

  it('has an id of more than 1023 bytes', () => {
    const id = Buffer.alloc(1024, 1).toString('base64url');
    expect(verifier.parse({ ...ANSWER, id, rawId: id })).toStrictEqual({
      ok: false,
      reason: 'credential-id-too-long',
      pointer: '/id',
    });
  });
});

describe('an assertion of the right shape', () => {
  it('gives its id and user handle before any key is known', () => {
    expect(verifier.parse(ANSWER)).toMatchObject({
      ok: true,
      assertion: { credentialId, userHandle: USER_HANDLE },
    });
  });

  it('may have an id of 1023 bytes', () => {
    const id = Buffer.alloc(1023, 1).toString('base64url');
    expect(verifier.parse({ ...ANSWER, id, rawId: id })).toMatchObject({
      ok: true,
      assertion: { credentialId: id },
    });
  });

  it.each([undefined, null, ''])('has no user handle where the client says %j', (userHandle) => {
    expect(verifier.parse(replacing('userHandle', userHandle)(ANSWER))).toMatchObject({
      ok: true,
      assertion: { userHandle: null },
    });
  });
});
