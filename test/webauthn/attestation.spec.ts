import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { VerificationFailure } from '../../src/application/ports/webauthn.js';
import type { RegistrationResponse } from '../support/software-authenticator.js';
import { encodeCbor, type Cbor } from '../support/software-authenticator-cbor.js';
import {
  ES256_KEY,
  attemptRegistration,
  replacing,
  type RegistrationAttempt,
} from '../support/software-authenticator-attempts.js';
import { coseKeyOf } from '../support/software-authenticator-keys.js';

describe('an attestation is refused', () => {
  const cose = (...members: readonly (readonly [number, Cbor])[]): Buffer => encodeCbor(new Map(members));
  const rsa = (bits: number, exponent = 65_537): Buffer =>
    coseKeyOf(generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent }).privateKey);
  const point = Buffer.alloc(32, 1);
  const [x, y] = ['x', 'y'].map((member) =>
    Buffer.from(String(ES256_KEY.export({ format: 'jwk' })[member]), 'base64url'),
  ) as [Buffer, Buffer];

  it.each<[string, VerificationFailure, RegistrationAttempt]>([
    [
      'with a point that is on no curve',
      'public-key-invalid',
      { say: { publicKey: cose([1, 2], [3, -7], [-1, 1], [-2, point], [-3, point]) } },
    ],
    [
      'with a key that names another curve than its algorithm has',
      'public-key-invalid',
      { say: { publicKey: cose([1, 2], [3, -7], [-1, 8], [-2, x], [-3, y]) } },
    ],
    [
      'with a key that names another type than its algorithm has',
      'public-key-invalid',
      { say: { publicKey: cose([1, 1], [3, -7], [-1, 1], [-2, x], [-3, y]) } },
    ],
    [
      'with an Ed25519 key that names another curve',
      'public-key-invalid',
      { say: { publicKey: cose([1, 1], [3, -8], [-1, 4], [-2, x]) } },
    ],
    [
      'with half a key',
      'public-key-invalid',
      { say: { publicKey: cose([1, 2], [3, -7], [-1, 1], [-2, point]) } },
    ],
    ['with a key of no algorithm', 'public-key-invalid', { say: { publicKey: cose([1, 2]) } }],
    ['with an RSA key of 1024 bits', 'public-key-invalid', { say: { publicKey: rsa(1024) } }],
    ['with an RSA key of exponent 3', 'public-key-invalid', { say: { publicKey: rsa(2048, 3) } }],
    [
      'with an RSA key too long to verify with',
      'public-key-invalid',
      {
        say: {
          publicKey: cose([1, 3], [3, -257], [-1, Buffer.alloc(2048, 0xff)], [-2, Buffer.from([1, 0, 1])]),
        },
      },
    ],
    [
      'with format none and a statement',
      'attestation-invalid',
      { say: { format: 'none', statement: new Map([['alg', -7]]) } },
    ],
    [
      'whose self attestation is signed with something else',
      'attestation-invalid',
      {
        settings: { attestation: 'packed-self' },
        say: { statement: new Map([['sig', Buffer.alloc(70, 1)]]) },
      },
    ],
    [
      'whose self attestation names another algorithm than the key',
      'attestation-invalid',
      { settings: { attestation: 'packed-self' }, say: { statement: new Map([['alg', -257]]) } },
    ],
    [
      'whose packed attestation is empty',
      'attestation-invalid',
      { say: { format: 'packed', statement: new Map([['alg', -7]]) } },
    ],
    ...['android-key', 'android-safetynet', 'fido-u2f', 'compound', ''].map(
      (format): [string, VerificationFailure, RegistrationAttempt] => [
        `with attestation of format '${format}'`,
        'attestation-format-not-accepted',
        { say: { format } },
      ],
    ),
    [
      'without an attested credential',
      'malformed',
      {
        say: {
          authenticatorData: (bytes) => {
            const bare = Buffer.from(bytes.subarray(0, 37));
            bare.writeUInt8(bare.readUInt8(32) & ~0x40, 32);
            return bare;
          },
        },
      },
    ],
    [
      'whose authenticator data goes on',
      'malformed',
      { say: { authenticatorData: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]) } },
    ],
  ])('%s', async (_, reason, made) => {
    expect(await attemptRegistration(made)).toMatchObject({ ok: false, reason });
  });
});

describe('a credential that is no registration', () => {
  const cbor = (value: Cbor): string => encodeCbor(value).toString('base64url');

  it.each<[string, string, (response: RegistrationResponse) => unknown]>([
    ['nothing', '', () => undefined],
    ['without an id', '/id', ({ id: _, ...answer }) => answer],
    ['with two ids', '/rawId', (answer) => ({ ...answer, rawId: 'AQID' })],
    ['of another type', '/type', (answer) => ({ ...answer, type: 'password' })],
    ['without client data', '/response/clientDataJSON', replacing('clientDataJSON', null)],
    ['without an attestation', '/response/attestationObject', replacing('attestationObject', undefined)],
    [
      'with an attestation that is no CBOR',
      '/response/attestationObject',
      replacing('attestationObject', 'HB'),
    ],
    [
      'with an attestation that is cut short',
      '/response/attestationObject',
      (answer) => replacing('attestationObject', answer.response.attestationObject.slice(0, 100))(answer),
    ],
    [
      'with an attestation that is a number',
      '/response/attestationObject',
      replacing('attestationObject', cbor(1)),
    ],
    [
      'with an attestation without authenticator data',
      '/response/attestationObject',
      replacing(
        'attestationObject',
        cbor(
          new Map<string, Cbor>([
            ['fmt', 'none'],
            ['attStmt', new Map()],
          ]),
        ),
      ),
    ],
    [
      'with a statement that is a text',
      '/response/attestationObject',
      replacing(
        'attestationObject',
        cbor(
          new Map<string, Cbor>([
            ['fmt', 'packed'],
            ['attStmt', 'x5c'],
            ['authData', Buffer.alloc(37)],
          ]),
        ),
      ),
    ],
    [
      'with lists in lists without end',
      '/response/attestationObject',
      replacing('attestationObject', Buffer.alloc(100_000, 0x81).toString('base64url')),
    ],
  ])('is malformed: %s', async (_, pointer, tamper) => {
    expect(await attemptRegistration({ tamper })).toStrictEqual({ ok: false, reason: 'malformed', pointer });
  });
});
