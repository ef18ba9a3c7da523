import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { Proof } from '../support/journeys.js';
import { answered, Person, personWithPasskey, problem } from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const TRANSFER = { amount: '25.50', asset: 'USDT', recipient: '@grace' };
const WITHDRAWAL = { amount: '1000.00', asset: 'USDT', address: 'TXYZabc123' };

/** As a product's backend checks a token by itself. */
async function checkedOffline(rp: string, token: string): Promise<JWTPayload> {
  const keys = await server.call('GET', '/.well-known/jwks.json', { key: null });
  const { payload } = await jwtVerify(token, createLocalJWKSet(answered<JSONWebKeySet>(keys, 200)), {
    issuer: server.origin,
    audience: rp,
    typ: 'latchkey-step-up+jwt',
    algorithms: ['ES256'],
    currentDate: new Date(server.clock.now()),
  });
  return payload;
}

function digestOf(payload: JWTPayload, parameters: object): string {
  const { aud: rp, sub: account, action, exp, txn_salt: salt } = payload;
  const canonical = canonicalize({ rp, account, action, parameters, exp, salt }) ?? '';
  return createHash('sha256').update(canonical).digest('base64url');
}

describe('an internal transfer at mpchat', () => {
  it('M10 and B2: is proven by the passkey, checked offline, introspected and redeemed once', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const started = await ada.startStepUp('internal-transfer', TRANSFER);
    expect(started).toStrictEqual({
      stepUpId: expect.any(String),
      ceremonyId: expect.any(String),
      publicKey: {
        rpId: 'localhost',
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        timeout: 5 * MINUTE,
        allowCredentials: [
          {
            id: ada.authenticator.credentials[0]?.credentialId,
            type: 'public-key',
            transports: ['hybrid', 'internal'],
          },
        ],
        userVerification: 'required',
      },
      methods: [['passkey']],
      approves: 'transfer 25.50 USDT to @grace',
      expiresAt: server.clock.in(5 * MINUTE),
      position: expect.any(String),
    });
    const passed = await ada.passStepUp(started.stepUpId, { credential: ada.answer(started) });
    const { token } = answered<Proof>(passed, 200);
    expect(passed.body).toStrictEqual({
      token: expect.any(String),
      expiresAt: server.clock.in(5 * MINUTE),
      position: expect.any(String),
    });

    const now = Math.floor(server.clock.now() / 1000);
    const claims = await checkedOffline('mpchat', token);
    expect(claims).toStrictEqual({
      iss: server.origin,
      aud: 'mpchat',
      sub: ada.accountId,
      iat: now,
      auth_time: now,
      exp: now + 300,
      epoch: 0,
      acr: 'phr',
      amr: ['pop'],
      jti: started.stepUpId,
      action: 'internal-transfer',
      txn_digest: digestOf(claims, TRANSFER),
      txn_salt: expect.any(String),
    });
    expect(digestOf(claims, { ...TRANSFER, amount: '25.51' })).not.toBe(claims['txn_digest']);

    const active = {
      active: true,
      sub: ada.accountId,
      aud: 'mpchat',
      exp: now + 300,
      auth_time: now,
      token_type: 'step-up',
      acr: 'phr',
      jti: started.stepUpId,
      action: 'internal-transfer',
      txn_digest: claims['txn_digest'],
    };
    const introspected = async (more: object) => answered(await ada.introspect({ token, ...more }), 200);
    const whole = { action: 'internal-transfer', parameters: TRANSFER };
    expect(await introspected({})).toStrictEqual(active);
    expect(await introspected(whole)).toStrictEqual(active);
    // RFC 8785 makes nothing of the order of members.
    const { amount, asset, recipient } = TRANSFER;
    expect(await introspected({ ...whole, parameters: { recipient, asset, amount } })).toStrictEqual(active);
    const inactive = { active: false };
    for (const parameters of [{ ...TRANSFER, amount: '25.5' }, { ...TRANSFER, more: 1 }, { amount }, {}]) {
      expect(await introspected({ ...whole, parameters })).toStrictEqual(inactive);
    }
    expect(await introspected({ ...whole, action: 'open-wallet' })).toStrictEqual(inactive);
    expect(await introspected({ token: `${token.slice(0, -4)}AAAA` })).toStrictEqual(inactive);

    const redeemed = await ada.redeem(token, 'internal-transfer', TRANSFER);
    expect(answered(redeemed, 200)).toStrictEqual({ redeemed: true, position: expect.any(String) });
    const again = await ada.redeem(token, 'internal-transfer', TRANSFER);
    expect(answered(again, 409)).toStrictEqual(problem(409, 'step-up-already-used'));
    expect(await introspected(whole)).toStrictEqual(inactive);
    expect((await ada.typesRecorded()).slice(-3)).toStrictEqual([
      'PasskeyUsed',
      'StepUpPassed',
      'StepUpConsumed',
    ]);
  });
});

describe('an on-chain withdrawal at mpchat', () => {
  it('M10: takes the passkey and a code whose message says what it approves', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const started = await ada.startStepUp('onchain-withdrawal', WITHDRAWAL);
    // An authenticator app would do too, and this account has none.
    expect(started.methods).toStrictEqual([
      ['passkey', 'sms'],
      ['passkey', 'email'],
    ]);
    const grant = await ada.grantFor('step-up', 'sms', started.stepUpId);
    // A notice of the passkey comes when it comes.
    const code = server.messagesTo(ada.phone).find(({ purpose }) => purpose === 'code');
    expect(code?.text).toContain('is your code to withdraw 1000.00 USDT to TXYZabc123.');
    const passed = await ada.passStepUp(started.stepUpId, { credential: ada.answer(started), grant });
    const claims = await checkedOffline('mpchat', answered<Proof>(passed, 200).token);
    expect([claims['acr'], claims['amr']]).toStrictEqual(['phr', ['pop', 'sms']]);
    expect(claims['txn_digest']).toBe(digestOf(claims, WITHDRAWAL));
  });

  it('is refused with one method missing', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const { methods } = await ada.startStepUp('onchain-withdrawal', WITHDRAWAL);
    const missing = problem(403, 'step-up-method-missing', { alternatives: methods });
    const alone = await ada.startStepUp('onchain-withdrawal', WITHDRAWAL);
    const byPasskey = await ada.passStepUp(alone.stepUpId, { credential: ada.answer(alone) });
    expect(answered(byPasskey, 403)).toStrictEqual(missing);
    const other = await ada.startStepUp('onchain-withdrawal', WITHDRAWAL);
    const grant = await ada.grantFor('step-up', 'sms', other.stepUpId);
    expect(answered(await ada.passStepUp(other.stepUpId, { grant }), 403)).toStrictEqual(missing);
    expect(answered(await ada.passStepUp(other.stepUpId, {}), 403)).toStrictEqual(missing);
    expect((await ada.typesRecorded()).includes('StepUpPassed')).toBe(false);
  });

  it('takes no code that was given for another step-up or another purpose', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const small = await ada.startStepUp('onchain-withdrawal', { ...WITHDRAWAL, amount: '0.01' });
    const forSmall = await ada.grantFor('step-up', 'sms', small.stepUpId);
    const forChange = await ada.grantFor('change-factors', 'email');
    for (const grant of [forSmall, forChange, 'made-up']) {
      const large = await ada.startStepUp('onchain-withdrawal', WITHDRAWAL);
      const refused = await ada.passStepUp(large.stepUpId, { credential: ada.answer(large), grant });
      expect(answered(refused, 403)).toStrictEqual(problem(403, 'grant-not-found'));
    }
  });

  it('does not count a code by the channel that already carried the sign-in', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const garbage = await ada.call('POST', '/step-ups', {
      body: { action: 'onchain-withdrawal', parameters: WITHDRAWAL, signInToken: 'garbage' },
    });
    expect(answered(garbage, 422)).toStrictEqual(problem(422, 'token-invalid'));
    const eve = await personWithPasskey(server, 'mpchat');
    const { token } = await eve.signIn();
    const foreign = await ada.call('POST', '/step-ups', {
      body: { action: 'onchain-withdrawal', parameters: WITHDRAWAL, signInToken: token },
    });
    expect(answered(foreign, 422)).toStrictEqual(problem(422, 'token-invalid'));
    const own = await ada.signIn();
    await ada.startStepUp('onchain-withdrawal', WITHDRAWAL, { signInToken: own.token });
  });
});

describe('what moves money at mpchat', () => {
  const actions = [
    ['onchain-withdrawal', { amount: '10', asset: 'USDT', address: '0xabc' }],
    ['internal-transfer', { amount: '10', asset: 'USDT', recipient: 'bob' }],
  ] as const;

  it.each(actions)('M10: %s is stopped for a day by a new phone number', async (action, parameters) => {
    const ada = await personWithPasskey(server, 'mpchat');
    answered(await ada.call('PUT', '', { body: { phone: new Person(server, 'mpchat').phone } }), 200);
    const until = server.clock.in(DAY);
    const start = (): Promise<Answer> => ada.call('POST', '/step-ups', { body: { action, parameters } });
    expect(answered(await start(), 403)).toStrictEqual(
      problem(403, 'step-up-denied', { reason: 'cooling-off', until }),
    );
    server.clock.advance(DAY - 1);
    answered(await start(), 403);
    server.clock.advance(1);
    answered(await start(), 201);
  });
});

describe('a withdrawal at moomoo', () => {
  const funds = { amount: '100', currency: 'USD', account: '…1234' };

  it('F1: is proven by the passkey and says what it approves', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const started = await ada.startStepUp('withdraw-funds', funds);
    expect(started.approves).toBe('withdraw 100 USD to …1234');
    const passed = await ada.passStepUp(started.stepUpId, { credential: ada.answer(started) });
    const claims = await checkedOffline('moomoo', answered<Proof>(passed, 200).token);
    expect(claims['txn_digest']).toBe(digestOf(claims, funds));
  });

  it('M10: is stopped for a day by a new phone number, also where it was approved before', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const approved = await ada.proofFor('withdraw-funds', funds);
    answered(await ada.call('PUT', '', { body: { phone: new Person(server, 'moomoo').phone } }), 200);
    const denied = problem(403, 'step-up-denied', { reason: 'cooling-off', until: server.clock.in(DAY) });

    const start = await ada.call('POST', '/step-ups', {
      body: { action: 'withdraw-funds', parameters: funds },
    });
    expect(answered(start, 403)).toStrictEqual(denied);
    expect(answered(await ada.redeem(approved.token, 'withdraw-funds', funds), 403)).toStrictEqual(denied);
    expect((await ada.typesRecorded()).slice(-2)).toStrictEqual(['StepUpDenied', 'StepUpDenied']);
    // What a phone change doesn't stop goes on.
    await ada.proofFor('unlock-trading');

    server.clock.advance(DAY);
    await ada.proofFor('withdraw-funds', funds);
  });
});

describe('unlocking trading at moomoo', () => {
  it('is introspected as often as it is asked, for ten minutes', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { token } = await ada.proofFor('unlock-trading');
    const ask = async () =>
      answered<{ active: boolean }>(await ada.introspect({ token, action: 'unlock-trading' }), 200).active;
    expect([await ask(), await ask()]).toStrictEqual([true, true]);
    server.clock.advance(10 * MINUTE - 1000);
    expect(await ask()).toBe(true);
    server.clock.advance(1000);
    expect(await ask()).toBe(false);
  });
});
