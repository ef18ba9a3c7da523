import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import type { Product, SignIn } from '../support/journeys.js';
import {
  answered,
  BROWSER,
  diagnosed,
  personWithPasskey,
  PHONE,
  problem,
  PRODUCTS,
} from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import type { RequestMisstatements } from '../support/software-authenticator.js';
import { generatePrivateKey } from '../support/software-authenticator-keys.js';

const MINUTE = 60_000;
const REFUSED = problem(401, 'verification-failed');
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const otherProduct = (rp: Product): Product => (rp === 'mpchat' ? 'moomoo' : 'mpchat');

describe.each(PRODUCTS)('signing in at %s', (rp) => {
  it('F1: answers with a token that anyone can check against the published keys', async () => {
    const ada = await personWithPasskey(server, rp);
    const started = await ada.startSignIn({ accountId: ada.accountId, device: PHONE });
    const answer = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    const signedIn = answered<{ token: string }>(answer, 200);
    expect(signedIn).toStrictEqual({
      status: 'signed-in',
      accountId: ada.accountId,
      passkeyId: ada.passkeyId,
      token: expect.any(String),
      signals: {
        allAcceptedCredentials: {
          rpId: 'localhost',
          userId: expect.any(String),
          allAcceptedCredentialIds: [ada.authenticator.credentials[0]?.credentialId],
        },
      },
      position: expect.any(String),
    });

    const keys = await server.call('GET', '/.well-known/jwks.json', { key: null });
    const { payload, protectedHeader } = await jwtVerify(
      signedIn.token,
      createLocalJWKSet(answered<JSONWebKeySet>(keys, 200)),
      { issuer: server.origin, audience: rp, currentDate: new Date(server.clock.now()) },
    );
    const now = Math.floor(server.clock.now() / 1000);
    expect(protectedHeader).toStrictEqual({
      alg: 'ES256',
      typ: 'latchkey-sign-in+jwt',
      kid: expect.any(String),
    });
    expect(payload).toStrictEqual({
      iss: server.origin,
      aud: rp,
      sub: ada.accountId,
      iat: now,
      auth_time: now,
      exp: now + 3600,
      epoch: 0,
      acr: 'phr',
      amr: ['pop'],
      jti: expect.any(String),
      sid: payload.jti,
      passkey_id: ada.passkeyId,
      device_id: expect.any(String),
    });
    const introspected = await ada.introspect({ token: signedIn.token });
    expect(answered(introspected, 200)).toStrictEqual({
      active: true,
      sub: ada.accountId,
      aud: rp,
      exp: now + 3600,
      auth_time: now,
      token_type: 'sign-in',
      acr: 'phr',
      jti: payload.jti,
      sid: payload.jti,
    });
  });

  it('M12, F7 and F8: works by account id, by identifier however it is written, and without any name', async () => {
    const ada = await personWithPasskey(server, rp);
    const { phone } = ada;
    for (const named of [
      {},
      { accountId: ada.accountId },
      { identifier: ada.email },
      { identifier: ` ${ada.email.toUpperCase()} ` },
      { identifier: phone },
      { identifier: `${phone.slice(0, 3)} ${phone.slice(3, 6)} ${phone.slice(6)}` },
      { accountId: ada.accountId, identifier: phone, device: BROWSER },
    ]) {
      expect((await ada.signIn(named)).accountId).toBe(ada.accountId);
    }
  });

  it('F8: looks the same for whoever is named', async () => {
    const ada = await personWithPasskey(server, rp);
    const starts = await Promise.all(
      [{}, { accountId: ada.accountId }, { accountId: 'nobody' }, { identifier: ada.email }].map((named) =>
        ada.startSignIn(named),
      ),
    );
    for (const started of starts) {
      expect(started).toStrictEqual({
        ceremonyId: expect.any(String),
        publicKey: {
          rpId: 'localhost',
          challenge: expect.stringMatching(/^[\w-]{43}$/),
          timeout: 5 * MINUTE,
          allowCredentials: [],
          userVerification: 'required',
        },
        expiresAt: server.clock.in(5 * MINUTE),
      });
    }
    // An id of a length that depended on what was found would tell; of what was sent it may.
    const [known, unknown] = await Promise.all(
      [ada.accountId, 'x'.repeat(ada.accountId.length)].map((accountId) => ada.startSignIn({ accountId })),
    );
    expect(known?.ceremonyId).toHaveLength(unknown?.ceremonyId.length ?? 0);
  });

  it('refuses a passkey of another account than the one that was named', async () => {
    const [ada, eve] = [await personWithPasskey(server, rp), await personWithPasskey(server, rp)];
    for (const named of [{ accountId: ada.accountId }, { identifier: ada.phone }, { accountId: 'nobody' }]) {
      const started = await ada.startSignIn(named);
      const answer = await ada.finishSignIn(started.ceremonyId, eve.answer(started));
      expect(answered(answer, 401)).toStrictEqual({ ...REFUSED, ...diagnosed('other-account') });
    }
    expect((await eve.typesRecorded()).includes('PasskeyUsed')).toBe(false);
  });

  it('takes one answer of one assertion that is posted many times at once, and none later', async () => {
    const ada = await personWithPasskey(server, rp);
    const started = await ada.startSignIn();
    const assertion = ada.answer(started);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => ada.finishSignIn(started.ceremonyId, assertion)),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, ...Array<number>(5).fill(409)]);
    const replayed = await ada.finishSignIn(started.ceremonyId, assertion);
    expect(answered(replayed, 409)).toStrictEqual(problem(409, 'ceremony-already-used'));
    expect((await ada.typesRecorded()).filter((type) => type === 'PasskeyUsed')).toHaveLength(1);
  });

  it('takes a challenge once, though two accounts answer it under one idempotency key', async () => {
    const [ada, eve] = [await personWithPasskey(server, rp), await personWithPasskey(server, rp)];
    const started = await ada.startSignIn();
    const headers = { 'idempotency-key': 'the same' };
    answered(await ada.finishSignIn(started.ceremonyId, ada.answer(started), { headers }), 200);
    const second = await ada.finishSignIn(started.ceremonyId, eve.answer(started), { headers });
    expect(answered(second, 409)).toStrictEqual(problem(409, 'ceremony-already-used'));
  });

  it('is over after five minutes', async () => {
    const ada = await personWithPasskey(server, rp);
    const started = await ada.startSignIn();
    server.clock.advance(5 * MINUTE);
    const late = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    expect(answered(late, 410)).toStrictEqual(problem(410, 'ceremony-expired'));
  });

  it('knows no ceremony of another product, of another kind, or that was altered', async () => {
    const ada = await personWithPasskey(server, rp);
    const elsewhere = await personWithPasskey(server, otherProduct(rp));
    const foreign = await elsewhere.startSignIn();
    const stepUp = await ada.startStepUp(rp === 'mpchat' ? 'open-wallet' : 'unlock-trading');
    const own = await ada.startSignIn();
    const altered = {
      ...own,
      ceremonyId: `${own.ceremonyId.startsWith('A') ? 'B' : 'A'}${own.ceremonyId.slice(1)}`,
    };
    const cut = { ...own, ceremonyId: own.ceremonyId.slice(0, 40) };
    for (const started of [foreign, stepUp, altered, cut] as SignIn[]) {
      const answer = await ada.finishSignIn(started.ceremonyId, ada.answer(own));
      expect(answered(answer, 404)).toStrictEqual(problem(404, 'ceremony-not-found'));
    }
  });

  it('refuses a passkey of the other product, which shares the RP ID in development', async () => {
    const ada = await personWithPasskey(server, rp);
    const elsewhere = await personWithPasskey(server, otherProduct(rp));
    const started = await ada.startSignIn();
    const answer = await ada.finishSignIn(started.ceremonyId, elsewhere.answer(started));
    expect(answered(answer, 401)).toStrictEqual(REFUSED);
  });

  it.each<[string, Partial<RequestMisstatements>]>([
    ['signed by another key', { signWith: generatePrivateKey(-7) }],
    ['made at another origin', { origin: 'http://localhost:1' }],
    ['made for another challenge', { challenge: 'A'.repeat(43) }],
    ['made for another RP ID', { rpId: 'mp.net' }],
    ['made in the other kind of ceremony', { type: 'webauthn.create' }],
    ['made in a frame', { crossOrigin: true }],
    ['made without verifying the user', { userVerified: false }],
    ['made without the user', { userPresent: false }],
    ['of a passkey that became a backed-up kind', { backupEligible: false, backedUp: false }],
    ['without a user handle', { userHandle: null }],
    ['with another user handle', { userHandle: 'A'.repeat(86) }],
  ])('refuses an answer %s, always in the same words', async (_what, say) => {
    const ada = await personWithPasskey(server, rp);
    const started = await ada.startSignIn();
    const lie = ada.authenticator.get(started.publicKey, { origin: server.origin, ...say });
    const answer = await ada.finishSignIn(started.ceremonyId, lie);
    expect(answered(answer, 401)).toStrictEqual(REFUSED);
    expect((await ada.typesRecorded()).includes('PasskeyUsed')).toBe(false);
    // The owner is not locked out by it.
    await ada.signIn();
  });

  it('refuses what no authenticator makes', async () => {
    const ada = await personWithPasskey(server, rp);
    const started = await ada.startSignIn();
    const whole = ada.answer(started);
    for (const credential of [
      {},
      { ...whole, response: {} },
      { ...whole, id: 'A'.repeat(2000) },
      { id: 1 },
    ]) {
      const answer = await ada.finishSignIn(started.ceremonyId, credential);
      expect(answered(answer, 401)).toStrictEqual(REFUSED);
    }
    const unknown = { ...whole, id: 'A'.repeat(43), rawId: 'A'.repeat(43) };
    const unknownCredential = { rpId: 'localhost', credentialId: unknown.id };
    expect(answered(await ada.finishSignIn(started.ceremonyId, unknown), 401)).toStrictEqual({
      ...REFUSED,
      ...diagnosed('passkey-unknown', { unknownCredential }),
    });
    // Nothing of it was proven, so the ceremony is still the user's.
    answered(await ada.finishSignIn(started.ceremonyId, whole), 200);
  });
});

describe('F5: a passkey that was removed at moomoo', () => {
  it('signs nobody in, and is taken off the device', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { token } = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    const headers = { 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers }), 200);
    const started = await ada.startSignIn();
    const answer = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    const [credential] = ada.authenticator.credentials;
    const unknownCredential = { rpId: 'localhost', credentialId: credential?.credentialId };
    expect(answered(answer, 401)).toStrictEqual({
      ...REFUSED,
      ...diagnosed('passkey-removed', { unknownCredential }),
    });
  });
});

describe('a device-bound passkey whose sign count goes back', () => {
  it('is suspended at moomoo and only recorded at mpchat', async () => {
    for (const rp of PRODUCTS) {
      const ada = await personWithPasskey(server, rp, { backupEligible: false });
      const signInWith = async (signCount: number) => {
        const started = await ada.startSignIn();
        const answer = ada.authenticator.get(started.publicKey, { origin: server.origin, signCount });
        return ada.finishSignIn(started.ceremonyId, answer);
      };
      answered(await signInWith(7), 200);
      const cloned = await signInWith(7);
      if (rp === 'mpchat') answered(cloned, 200);
      else {
        expect(answered(cloned, 403)).toStrictEqual(
          problem(403, 'passkey-suspended', diagnosed('passkey-suspended')),
        );
      }
      answered(await signInWith(9), rp === 'mpchat' ? 200 : 403);
      const suspicions = (await ada.history()).filter(({ type }) => type === 'PasskeyCloneSuspected');
      expect(suspicions.map(({ data }) => data)).toStrictEqual([
        {
          passkeyId: ada.passkeyId,
          storedCount: 7,
          receivedCount: 7,
          consequence: rp === 'mpchat' ? 'flagged' : 'suspended',
        },
      ]);
    }
  });
});
