import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { VerificationFailure } from '../../src/application/ports/webauthn.js';
import { as } from '../../src/domain/kernel/ids.js';
import { CachedKeyAssertionVerifier } from '../../src/infrastructure/webauthn/assertion-verifier.js';
import { PublicKeys } from '../../src/infrastructure/webauthn/public-key.js';
import { SoftwareAuthenticator, type AuthenticationResponse } from '../support/software-authenticator.js';
import {
  attemptAssertion,
  replacing,
  type AssertionAttempt,
} from '../support/software-authenticator-attempts.js';
import type { Cbor } from '../support/software-authenticator-cbor.js';
import { ALGORITHMS } from '../support/software-authenticator-keys.js';
import {
  ANDROID_ORIGIN,
  ORIGIN,
  OTHER_USER_HANDLE,
  RP_ID,
  TIMEOUT,
  expectedAssertion,
  newChallenge,
  plantPasskey,
} from '../support/software-authenticator-fixtures.js';

function changing(
  member: keyof AuthenticationResponse['response'],
  change: (bytes: Buffer) => Uint8Array,
): (response: AuthenticationResponse) => unknown {
  return (answer) => {
    const bytes = change(Buffer.from(answer.response[member] ?? '', 'base64url'));
    return replacing(member, Buffer.from(bytes).toString('base64url'))(answer);
  };
}

const flipLastBit = (bytes: Buffer): Uint8Array =>
  bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));

const PASSED = { ok: true, signCount: 0, backedUp: true, userVerified: true };

describe('an assertion is accepted', () => {
  it.each(ALGORITHMS)('of algorithm %i', (algorithm) => {
    expect(attemptAssertion({ settings: { algorithm } })).toStrictEqual(PASSED);
  });

  it.each<[string, AssertionAttempt]>([
    ['made in an Android app of the policy', { say: { origin: ANDROID_ORIGIN } }],
    [
      'with members in its client data that nobody knows',
      { say: { clientData: { androidPackageName: 'example.wallet', other: { deep: [1] } } } },
    ],
    [
      'whose client data escapes and orders its members its own way',
      {
        say: {
          clientDataJSON: (bytes) => {
            const { type, challenge } = JSON.parse(bytes.toString()) as Record<string, string>;
            return Buffer.from(
              `{"origin":"https:\\/\\/wallet.example", "challenge":"${challenge ?? ''}","type":"${type ?? ''}"}`,
            );
          },
        },
      },
    ],
    [
      'whose client data begins with a byte order mark',
      { say: { clientDataJSON: (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]) } },
    ],
    ['that leaves crossOrigin out', { say: { crossOrigin: undefined } }],
    [
      'of an old client with token binding',
      { say: { clientData: { tokenBinding: { status: 'supported' } } } },
    ],
    [
      'with authenticator extensions',
      {
        say: {
          extensions: new Map<string, Cbor>([
            ['credProtect', 2],
            ['nested', new Map([['deep', true]])],
          ]),
        },
      },
    ],
    [
      'without a user handle where the account was known',
      { say: { userHandle: null }, expect: { accountKnown: true } },
    ],
    [
      'with an empty user handle where the account was known',
      { tamper: replacing('userHandle', ''), expect: { accountKnown: true } },
    ],
  ])('%s', (_, made) => {
    expect(attemptAssertion(made)).toStrictEqual(PASSED);
  });

  it('however many keys were forgotten since', () => {
    const forgetful = new CachedKeyAssertionVerifier(new PublicKeys(1));
    const authenticators = [new SoftwareAuthenticator(), new SoftwareAuthenticator()];
    const credentials = authenticators.map(plantPasskey);
    for (const turn of [0, 1, 0, 1, 1]) {
      const [authenticator, credential] = [authenticators[turn], credentials[turn]];
      if (authenticator === undefined || credential === undefined) throw new Error('there are two');
      const challenge = newChallenge();
      const options = forgetful.requestOptions({ rpId: RP_ID, challenge, timeout: TIMEOUT });
      const parsed = forgetful.parse(authenticator.get(options, { origin: ORIGIN }));
      if (!parsed.ok) throw new Error(parsed.reason);
      expect(forgetful.verify(parsed.assertion, expectedAssertion(challenge, credential))).toStrictEqual(
        PASSED,
      );
    }
  });

  it('and its sign count is reported, whatever it is', () => {
    expect(attemptAssertion({ say: { signCount: 4_294_967_295 } })).toStrictEqual({
      ...PASSED,
      signCount: 4_294_967_295,
    });
  });

  it('and a passkey that is not backed up yet says so', () => {
    expect(attemptAssertion({ say: { backedUp: false } })).toStrictEqual({ ...PASSED, backedUp: false });
  });

  it('of a device-bound passkey', () => {
    expect(
      attemptAssertion({ settings: { backupEligible: false }, expect: { backupEligible: false } }),
    ).toStrictEqual({ ...PASSED, backedUp: false });
  });
});

describe('an assertion is refused', () => {
  const CHALLENGE = newChallenge();
  const strangersKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

  it.each<[string, VerificationFailure, AssertionAttempt]>([
    ['made in a registration', 'type-mismatch', { say: { type: 'webauthn.create' } }],
    ['made for another challenge', 'challenge-mismatch', { say: { challenge: newChallenge() } }],
    [
      'whose challenge is the beginning of the right one',
      'challenge-mismatch',
      { say: { challenge: CHALLENGE }, expect: { challenge: `${CHALLENGE}A` } },
    ],
    ['made at another site', 'origin-not-allowed', { say: { origin: 'https://evil.example' } }],
    [
      'made at a site whose name begins like ours',
      'origin-not-allowed',
      { say: { origin: `${ORIGIN}.evil.example` } },
    ],
    ['made at another port', 'origin-not-allowed', { say: { origin: `${ORIGIN}:8443` } }],
    ['made without TLS', 'origin-not-allowed', { say: { origin: 'http://wallet.example' } }],
    [
      'made by an app signed with another key',
      'origin-not-allowed',
      { say: { origin: ANDROID_ORIGIN.toUpperCase() } },
    ],
    ['made in a frame of another site', 'cross-origin', { say: { crossOrigin: true } }],
    ['that calls its frame something else than true', 'cross-origin', { say: { crossOrigin: 'true' } }],
    ['that names a top origin', 'top-origin', { say: { topOrigin: 'https://evil.example' } }],
    ['that names our own top origin', 'top-origin', { say: { topOrigin: ORIGIN } }],
    ['of another RP ID', 'rp-id-mismatch', { say: { rpId: 'evil.example' } }],
    ['without the user present', 'user-not-present', { say: { userPresent: false } }],
    ['without the user verified', 'user-not-verified', { say: { userVerified: false } }],
    [
      'backed up without being backup eligible',
      'backup-flags-invalid',
      { say: { backupEligible: false, backedUp: true }, expect: { backupEligible: false } },
    ],
    [
      'that is backup eligible since',
      'backup-eligible-changed',
      { say: { backedUp: false }, expect: { backupEligible: false } },
    ],
    [
      'that is not backup eligible any more',
      'backup-eligible-changed',
      { say: { backupEligible: false, backedUp: false } },
    ],
    [
      "with another account's user handle",
      'user-handle-mismatch',
      { say: { userHandle: OTHER_USER_HANDLE } },
    ],
    [
      "with another account's user handle although the account was known",
      'user-handle-mismatch',
      { say: { userHandle: OTHER_USER_HANDLE }, expect: { accountKnown: true } },
    ],
    [
      'without a user handle where the account was unknown',
      'user-handle-missing',
      { say: { userHandle: null } },
    ],
    [
      'of a credential that was not asked for',
      'credential-not-allowed',
      { expect: { allowedCredentialIds: [as('AQID')] } },
    ],
    ['where none is allowed', 'credential-not-allowed', { expect: { allowedCredentialIds: [] } }],
    ["signed with a stranger's key", 'signature-invalid', { say: { signWith: strangersKey } }],
    ['whose signature was changed', 'signature-invalid', { tamper: changing('signature', flipLastBit) }],
    [
      'whose signature is followed by more',
      'signature-invalid',
      { tamper: changing('signature', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])) },
    ],
    [
      'whose sign count was changed after signing',
      'signature-invalid',
      { tamper: changing('authenticatorData', flipLastBit) },
    ],
    [
      'whose client data was changed after signing',
      'signature-invalid',
      { tamper: changing('clientDataJSON', (bytes) => Buffer.concat([bytes, Buffer.from(' ')])) },
    ],
    ['where the stored key is no key', 'public-key-invalid', { expect: { publicKey: 'AAAA' } }],
    [
      'whose authenticator data is cut short',
      'malformed',
      { say: { authenticatorData: (bytes) => bytes.subarray(0, 36) } },
    ],
    [
      'whose authenticator data goes on',
      'malformed',
      { say: { authenticatorData: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]) } },
    ],
    ['whose client data is no JSON', 'malformed', { say: { clientDataJSON: () => Buffer.from('{"type":') } }],
    ['whose client data is a list', 'malformed', { say: { clientDataJSON: () => Buffer.from('[]') } }],
    ['whose challenge is no text', 'malformed', { say: { clientData: { challenge: 1 } } }],
    ['whose origin is no text', 'malformed', { say: { clientData: { origin: [ORIGIN] } } }],
    [
      'with a token binding of a status that there is not',
      'malformed',
      { say: { clientData: { tokenBinding: { status: 'absent' } } } },
    ],
  ])('%s', (_, reason, made) => {
    expect(attemptAssertion(made)).toMatchObject({ ok: false, reason });
  });

  it('with a key of one algorithm read as one of another', () => {
    const ed25519 = plantPasskey(new SoftwareAuthenticator({ algorithm: -8 }));
    expect(attemptAssertion({ expect: { publicKey: ed25519.publicKey } })).toStrictEqual({
      ok: false,
      reason: 'signature-invalid',
    });
  });

  it('although a passkey of the same id was verified with another key just before', () => {
    const authenticator = new SoftwareAuthenticator();
    const credential = plantPasskey(authenticator);
    const impostor = plantPasskey(new SoftwareAuthenticator());
    const verifier = new CachedKeyAssertionVerifier();
    const challenge = newChallenge();
    const options = verifier.requestOptions({ rpId: RP_ID, challenge, timeout: TIMEOUT });
    const parsed = verifier.parse(authenticator.get(options, { origin: ORIGIN }));
    if (!parsed.ok) throw new Error(parsed.reason);
    const expected = expectedAssertion(challenge, credential);
    expect(verifier.verify(parsed.assertion, expected)).toStrictEqual(PASSED);
    expect(verifier.verify(parsed.assertion, { ...expected, publicKey: impostor.publicKey })).toStrictEqual({
      ok: false,
      reason: 'signature-invalid',
    });
  });
});
