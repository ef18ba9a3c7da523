import type { Cbor } from '../../support/software-authenticator-cbor.js';
import { encodeCbor } from '../../support/software-authenticator-cbor.js';
import type { RegistrationAttempt } from '../../support/software-authenticator-attempts.js';
import { attemptRegistration, ES256_KEY, replacing } from '../../support/software-authenticator-attempts.js';
import type { Algorithm } from '../../support/software-authenticator-keys.js';
import { generatePrivateKey } from '../../support/software-authenticator-keys.js';
import type { RegistrationResponse } from '../../support/software-authenticator-responses.js';
import type { FidoCase, FidoSuite } from './case.js';
import { numbered, verdictOf } from './case.js';
import { clientDataCases } from './client-data-cases.js';

const SUITE = 'Server-ServerAuthenticatorAttestationResponse-Resp-';
type Members = ReadonlyMap<string, Cbor>;

export const register = async (attempt: RegistrationAttempt): Promise<string> =>
  verdictOf(await attemptRegistration(attempt));
const made = (what: string, attempt: RegistrationAttempt, expected: string) => ({
  what,
  expected,
  run: () => register(attempt),
});
const sent = (what: string, tamper: (response: RegistrationResponse) => unknown) =>
  made(what, { tamper }, 'malformed');
const without =
  (member: string) =>
  (answer: object): object =>
    Object.fromEntries(Object.entries(answer).filter(([name]) => name !== member));

const envelope: FidoSuite = {
  id: `${SUITE}1`,
  topic: 'the answer to a registration as JSON',
  cases: [
    {
      id: 'P-1',
      what: 'a good one; the next options leave its credential out',
      expected: 'ok',
      run: () => register({}),
    },
    ...numbered('F', [
      sent('no id', without('id')),
      sent('an id that is a number', (answer) => ({ ...answer, id: 7 })),
      sent('an id that is no base64url', (answer) => ({ ...answer, id: '+/=', rawId: '+/=' })),
      sent('no type', without('type')),
      sent('a type that is a number', (answer) => ({ ...answer, type: 7 })),
      sent('another type', (answer) => ({ ...answer, type: 'password' })),
      sent('no response', without('response')),
      sent('a response that is a text', (answer) => ({ ...answer, response: 'none' })),
      sent('no client data', replacing('clientDataJSON', undefined)),
      sent('client data that is a number', replacing('clientDataJSON', 7)),
      sent('empty client data', replacing('clientDataJSON', '')),
      sent('no attestation object', replacing('attestationObject', undefined)),
      sent('an attestation object that is a number', replacing('attestationObject', 7)),
      sent('an empty attestation object', replacing('attestationObject', '')),
    ]),
  ],
};

const clientData: FidoSuite = {
  id: `${SUITE}2`,
  topic: 'client data of a registration',
  cases: clientDataCases('webauthn.create', 'webauthn.get', (members) =>
    register({ say: { clientData: members } }),
  ),
};

const changed = (what: string, change: (members: Members) => Cbor) =>
  made(what, { say: { attestationObject: change } }, 'malformed');
const dropping = (member: string) => (members: Members) =>
  new Map([...members].filter(([name]) => name !== member));
const putting = (member: string, value: Cbor) => (members: Members) => new Map([...members, [member, value]]);
const rewritten = (what: string, authenticatorData: (bytes: Buffer) => Uint8Array) =>
  made(what, { say: { authenticatorData } }, 'malformed');
const packed = (what: string, statement: ReadonlyMap<string, Cbor>) =>
  made(what, { say: { format: 'packed', attest: () => statement } }, 'attestation-invalid');
const clearAttested = (bytes: Buffer): Buffer => {
  bytes.writeUInt8(bytes.readUInt8(32) & ~0x40, 32);
  return bytes;
};
const A_SIGNATURE = Buffer.alloc(70, 1);

const attestationObject: FidoSuite = {
  id: `${SUITE}3`,
  topic: 'the attestation object',
  cases: [
    {
      id: 'P-1',
      ...made(
        'extension data beside a self attestation',
        {
          settings: { attestation: 'packed-self' },
          say: { extensions: new Map<string, Cbor>([['credProtect', 2]]) },
        },
        'ok',
      ),
    },
    ...numbered('F', [
      changed('no map', () => ['fmt', 'none']),
      changed('no format', dropping('fmt')),
      changed('a format that is a number', putting('fmt', 7)),
      changed('no statement', dropping('attStmt')),
      changed('a statement that is a text', putting('attStmt', 'none')),
      changed('no authenticator data', dropping('authData')),
      changed('authenticator data that is a text', putting('authData', 'none')),
      changed('empty authenticator data', putting('authData', Buffer.alloc(0))),
      rewritten('an attested credential that the flags deny', clearAttested),
      rewritten('no attested credential, and flags that say so', (bytes) =>
        clearAttested(Buffer.from(bytes.subarray(0, 37))),
      ),
      rewritten('flags that claim a credential that is not there', (bytes) => bytes.subarray(0, 37)),
      rewritten('bytes behind the end', (bytes) => Buffer.concat([bytes, Buffer.alloc(3)])),
      packed('an empty packed statement', new Map()),
      packed('a packed statement without algorithm', new Map([['sig', A_SIGNATURE]])),
      packed(
        'a packed statement whose algorithm is a text',
        new Map<string, Cbor>([
          ['alg', 'ES256'],
          ['sig', A_SIGNATURE],
        ]),
      ),
      packed(
        'a packed statement of another algorithm than the key',
        new Map<string, Cbor>([
          ['alg', -257],
          ['sig', A_SIGNATURE],
        ]),
      ),
      packed('a packed statement without signature', new Map([['alg', -7]])),
      packed(
        'a packed statement whose signature is a text',
        new Map<string, Cbor>([
          ['alg', -7],
          ['sig', 'signed'],
        ]),
      ),
      packed(
        'a packed statement with an empty signature',
        new Map<string, Cbor>([
          ['alg', -7],
          ['sig', Buffer.alloc(0)],
        ]),
      ),
    ]),
  ],
};

/** A key that calls itself one of another algorithm: which it is is looked at before whether it is any good. */
const keyOf = (algorithm: number): Buffer => {
  const { x = '', y = '' } = ES256_KEY.export({ format: 'jwk' });
  return encodeCbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, algorithm],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  );
};
const notOffered = (what: string, algorithm: number, why = 'not offered') => ({
  ...made(what, { say: { publicKey: keyOf(algorithm) } }, 'algorithm-not-offered'),
  stricter: why,
});
const offered = (what: string, algorithm: Algorithm) => ({
  what,
  expected: 'ok',
  run: async () => verdictOf(await attemptWithOwnKey(algorithm)),
});

const algorithms: FidoSuite = {
  id: `${SUITE}4`,
  topic: 'algorithms, by self attestation',
  cases: numbered('P', [
    notOffered('ES256K', -47),
    notOffered('PS256', -37),
    notOffered('PS384', -38),
    notOffered('PS512', -39),
    offered('RS256', -257),
    notOffered('RS384', -258),
    notOffered('RS512', -259),
    notOffered('RS1', -65535, 'SHA-1 is broken: an attestation or assertion made with it proves nothing'),
    offered('ES256', -7),
    notOffered('ES384', -35),
    notOffered('ES512', -36),
    offered('EdDSA over Ed25519', -8),
  ]),
};

function attemptWithOwnKey(algorithm: Algorithm): Promise<unknown> {
  const privateKey = generatePrivateKey(algorithm);
  return attemptRegistration({ settings: { privateKey, attestation: 'packed-self' } });
}

const none: FidoSuite = {
  id: `${SUITE}7`,
  topic: 'format none',
  cases: [
    { id: 'P-1', ...made('a good one', {}, 'ok') },
    {
      id: 'P-2',
      ...made(
        'a good one of a security key',
        { settings: { transports: ['usb'], backupEligible: false } },
        'ok',
      ),
    },
    {
      id: 'F-1',
      ...made(
        'a statement that is not empty',
        { say: { statement: new Map([['alg', -7]]) } },
        'attestation-invalid',
      ),
    },
  ],
};

const refusedFormat = (
  id: string,
  topic: string,
  format: string,
  stricter: string,
  cases: readonly (readonly [id: string, what: string])[],
): FidoSuite => ({
  id: `${SUITE}${id}`,
  topic,
  cases: cases.map(([caseId, what]): FidoCase => ({
    id: caseId,
    ...made(
      what,
      { say: { format, attest: () => new Map([['sig', A_SIGNATURE]]) } },
      'attestation-format-not-accepted',
    ),
    stricter,
  })),
});

const u2f = refusedFormat(
  '8',
  'format fido-u2f',
  'fido-u2f',
  'U2F keys verify no user, which is required here',
  [
    ['P-1', 'a good one'],
    ['F-1', 'an AAGUID that is not zero'],
    ['F-2', 'a signature that does not verify'],
  ],
);
const androidKey = refusedFormat(
  'A',
  'format android-key',
  'android-key',
  'its certificates may name an address, which a verifier would fetch before knowing who signed them',
  [
    ['P-1', 'a good one'],
    ['F-1', 'a certificate with another client data hash'],
    ['F-2', 'a certificate of another key'],
    ['F-3', 'certificates in the wrong order'],
  ],
);
const safetynet = refusedFormat('B', 'format android-safetynet', 'android-safetynet', 'no longer issued', [
  ['P-1', 'a good one'],
  ['F-1', 'an empty version'],
  ['F-2', 'an empty response'],
  ['F-3', 'a wrong nonce'],
  ['F-4', 'no certificates'],
  ['F-5', 'a device that failed the check'],
  ['F-6', 'a time in the future'],
  ['F-7', 'a time more than a minute ago'],
]);

export const REGISTRATION_SUITES: readonly FidoSuite[] = [
  envelope,
  clientData,
  attestationObject,
  algorithms,
  none,
  u2f,
  androidKey,
  safetynet,
];
