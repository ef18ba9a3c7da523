import { describe, expect, it } from '@jest/globals';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import fc from 'fast-check';
import { CachedKeyAssertionVerifier } from '../../src/infrastructure/webauthn/assertion-verifier.js';
import {
  SoftwareAuthenticator,
  type AuthenticationResponse,
  type SoftwareCredential,
} from '../support/software-authenticator.js';
import type { Cbor } from '../support/software-authenticator-cbor.js';
import { ALGORITHMS, generatePrivateKey, type Algorithm } from '../support/software-authenticator-keys.js';
import {
  ANDROID_ORIGIN,
  ORIGIN,
  ORIGINS,
  OTHER_USER_HANDLE,
  RP_ID,
  TIMEOUT,
  USER_HANDLE,
  expectedAssertion,
  newChallenge,
  plantPasskey,
} from '../support/software-authenticator-fixtures.js';

const verifier = new CachedKeyAssertionVerifier();

/** Keys are made once: an RSA key takes longer than all assertions of a run. */
const KEYS: Readonly<
  Record<Algorithm, { readonly own: SoftwareAuthenticator; readonly other: SoftwareAuthenticator }>
> = {
  [-7]: authenticators(-7),
  [-8]: authenticators(-8),
  [-257]: authenticators(-257),
};

function authenticators(algorithm: Algorithm): { own: SoftwareAuthenticator; other: SoftwareAuthenticator } {
  const made = (): SoftwareAuthenticator => {
    const authenticator = new SoftwareAuthenticator({ privateKey: generatePrivateKey(algorithm) });
    plantPasskey(authenticator);
    return authenticator;
  };
  return { own: made(), other: made() };
}

function passkeyOf(authenticator: SoftwareAuthenticator): SoftwareCredential {
  const [passkey] = authenticator.credentials;
  if (passkey === undefined) throw new Error('the authenticator is empty');
  return passkey;
}

/** The right value mostly, so that whole assertions often stay good and each fault is often the only one. */
function mostly<Right, Wrong>(right: Right, ...wrong: readonly Wrong[]): fc.Arbitrary<Right | Wrong> {
  return fc.oneof(
    { arbitrary: fc.constant(right), weight: 24 },
    { arbitrary: fc.constantFrom<Right | Wrong>(...wrong), weight: 1 },
  );
}

/** What happens to bytes on the way, before or after they are signed. */
type Damage =
  | { readonly kind: 'none' }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'append'; readonly bytes: Uint8Array };

const damage: fc.Arbitrary<Damage> = fc.oneof(
  { arbitrary: fc.constant({ kind: 'none' } as const), weight: 24 },
  {
    arbitrary: fc.record({ kind: fc.constant('flip' as const), at: fc.nat(999), bit: fc.nat(7) }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat(999) }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
    }),
    weight: 1,
  },
);

function apply(done: Damage, bytes: Uint8Array): Uint8Array {
  if (done.kind === 'none') return bytes;
  if (done.kind === 'append') return Buffer.concat([bytes, done.bytes]);
  const at = done.at % bytes.byteLength;
  // An answer without any bytes is no assertion and is refused as malformed, which has specs of its own.
  if (done.kind === 'cut') return bytes.subarray(0, Math.max(1, at));
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << done.bit) : byte));
}

const assertion = fc.record({
  algorithm: fc.constantFrom(...ALGORITHMS),
  origin: fc.oneof(
    { arbitrary: fc.constantFrom(...ORIGINS), weight: 24 },
    {
      arbitrary: fc.constantFrom(
        'https://evil.example',
        `${ORIGIN}/`,
        `${ORIGIN}.evil.example`,
        'http://wallet.example',
        ANDROID_ORIGIN.toUpperCase(),
        '',
      ),
      weight: 1,
    },
  ),
  type: mostly(undefined, 'webauthn.create', 'webauthn.GET', ''),
  challenge: mostly(undefined, newChallenge(), '', 'AAAA'),
  rpId: mostly(undefined, 'evil.example', 'app.wallet.example', ''),
  userPresent: mostly(true, false),
  userVerified: mostly(true, false),
  backupEligible: mostly(true, false),
  backedUp: fc.boolean(),
  signCount: fc.constantFrom(0, 1, 7, 0x7fff_ffff, 0xffff_ffff),
  extensions: fc.constantFrom(undefined, undefined, new Map<string, Cbor>([['uvm', [[2, 4, 2]]]])),
  clientData: fc.constantFrom({}, {}, { androidPackageName: 'example.wallet' }, { future: { deep: [null] } }),
  tokenBinding: mostly<undefined, unknown>(
    undefined,
    { status: 'present' },
    { status: 'supported' },
    { status: 'odd' },
    'odd',
  ),
  crossOrigin: mostly(false, undefined, true),
  topOrigin: mostly(undefined, 'https://evil.example', ORIGIN, ''),
  signedAuthenticatorData: damage,
  sentAuthenticatorData: damage,
  signedClientData: damage,
  sentClientData: damage,
  sentSignature: damage,
  key: mostly('own', 'other', 'other-algorithm'),
  storedKey: mostly('own', 'other', 'other-algorithm'),
  userHandle: mostly(USER_HANDLE, OTHER_USER_HANDLE, null),
  storedBackupEligible: mostly(true, false),
});

type Made = typeof assertion extends fc.Arbitrary<infer Value> ? Value : never;

function authenticatorFor(algorithm: Algorithm, which: string): SoftwareAuthenticator {
  if (which === 'own') return KEYS[algorithm].own;
  return which === 'other' ? KEYS[algorithm].other : KEYS[algorithm === -7 ? -8 : -7].own;
}

function answer(made: Made, challenge: string): AuthenticationResponse {
  const { origin, type, rpId, userPresent, userVerified, backupEligible, backedUp, signCount } = made;
  const authenticator = KEYS[made.algorithm].own;
  const options = verifier.requestOptions({ rpId: RP_ID, challenge, timeout: TIMEOUT });
  const given = authenticator.get(options, {
    origin,
    userPresent,
    userVerified,
    backupEligible,
    backedUp,
    signCount,
    crossOrigin: made.crossOrigin,
    topOrigin: made.topOrigin,
    userHandle: made.userHandle,
    signWith: passkeyOf(authenticatorFor(made.algorithm, made.key)).privateKey,
    clientData: { ...made.clientData, tokenBinding: made.tokenBinding },
    clientDataJSON: (bytes) => apply(made.signedClientData, bytes),
    authenticatorData: (bytes) => apply(made.signedAuthenticatorData, bytes),
    ...(type !== undefined && { type }),
    ...(made.challenge !== undefined && { challenge: made.challenge }),
    ...(rpId !== undefined && { rpId }),
    ...(made.extensions !== undefined && { extensions: made.extensions }),
  });
  const damaged = (text: string, done: Damage): string =>
    Buffer.from(apply(done, Buffer.from(text, 'base64url'))).toString('base64url');
  return {
    ...given,
    response: {
      ...given.response,
      clientDataJSON: damaged(given.response.clientDataJSON, made.sentClientData),
      authenticatorData: damaged(given.response.authenticatorData, made.sentAuthenticatorData),
      signature: damaged(given.response.signature, made.sentSignature),
    },
  };
}

/** Where this service refuses what the library leaves to its caller. */
function deliberatelyRefused(made: Made, sent: AuthenticationResponse): boolean {
  const { crossOrigin = false, topOrigin } = clientDataOf(sent);
  const backupEligible = (Buffer.from(sent.response.authenticatorData, 'base64url').at(32) ?? 0) & 0x08;
  return (
    crossOrigin !== false ||
    topOrigin !== undefined ||
    made.userHandle !== USER_HANDLE ||
    (backupEligible !== 0) !== made.storedBackupEligible ||
    // The library reads an ES256 signature as lenient BER, so that some have several spellings; WebAuthn §6.5.5 has DER.
    (made.algorithm === -7 && made.sentSignature.kind !== 'none')
  );
}

/** As it arrived: damage may have changed the name of a member, which is then one that nobody knows. */
function clientDataOf(sent: AuthenticationResponse): { crossOrigin?: unknown; topOrigin?: unknown } {
  try {
    return JSON.parse(Buffer.from(sent.response.clientDataJSON, 'base64url').toString()) as object;
  } catch {
    return {};
  }
}

function ours(sent: AuthenticationResponse, challenge: string, made: Made): boolean {
  const parsed = verifier.parse(sent);
  if (!parsed.ok) return false;
  const { publicKey } = passkeyOf(authenticatorFor(made.algorithm, made.storedKey));
  const stored = { ...passkeyOf(KEYS[made.algorithm].own), publicKey };
  const backupEligible = made.storedBackupEligible;
  return verifier.verify(parsed.assertion, expectedAssertion(challenge, stored, { backupEligible })).ok;
}

async function theLibrarys(sent: AuthenticationResponse, challenge: string, made: Made): Promise<boolean> {
  const { publicKey } = passkeyOf(authenticatorFor(made.algorithm, made.storedKey));
  const { userHandle, ...response } = sent.response;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: sent.id,
        rawId: sent.rawId,
        type: sent.type,
        clientExtensionResults: {},
        response: { ...response, ...(userHandle !== undefined && { userHandle }) },
      },
      expectedChallenge: challenge,
      expectedOrigin: ORIGINS,
      expectedRPID: RP_ID,
      requireUserVerification: true,
      // A stored count of 0 keeps the library from refusing on a count, which here the domain judges.
      credential: {
        id: sent.id,
        publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')),
        counter: 0,
      },
    });
    return verified;
  } catch {
    return false;
  }
}

describe('our verdict on an assertion', () => {
  it("is the library's, good or broken, but where we are stricter on purpose", async () => {
    const verdicts = { accepted: 0, refused: 0, stricter: 0 };
    await fc.assert(
      fc.asyncProperty(assertion, async (made) => {
        const challenge = newChallenge();
        const sent = answer(made, challenge);
        const accepted = ours(sent, challenge, made);
        const acceptedByLibrary = await theLibrarys(sent, challenge, made);
        if (deliberatelyRefused(made, sent)) {
          verdicts.stricter += Number(acceptedByLibrary);
          expect(accepted).toBe(false);
        } else {
          verdicts[accepted ? 'accepted' : 'refused'] += 1;
          expect(accepted).toBe(acceptedByLibrary);
        }
      }),
      { numRuns: 1_500 },
    );
    // Neither side of the comparison is empty.
    expect(verdicts.accepted).toBeGreaterThan(100);
    expect(verdicts.refused).toBeGreaterThan(100);
    expect(verdicts.stricter).toBeGreaterThan(10);
  });
});
