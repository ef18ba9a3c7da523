import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisEphemeralStore } from '../../src/infrastructure/redis/redis-ephemeral-store.js';
import type { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { RedisRateLimits } from '../../src/infrastructure/redis/redis-rate-limits.js';
import { SharedCeremonyGate } from '../../src/infrastructure/webauthn/shared-ceremony-gate.js';
import { eventually } from '../support/eventually.js';
import type { Registration } from '../support/journeys.js';
import { answered, NEW_DEVICE, Person, PHONE, personWithPasskey, problem } from '../support/journeys.js';
import { asPage, exchange, linkFor, visitBy } from '../support/portal-journeys.js';
import { RedisServer } from '../support/redis-server.js';
import { passedReset, startAfter } from '../support/reset-journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { AdvancingClock, runServer } from '../support/running-server.js';

const TRANSFER = { asset: 'USDT', amount: '12.50', payee: 'user-2' };

let redis: RedisServer;
let connection: RedisConnection;
let server: RunningServer;

beforeAll(async () => {
  redis = await RedisServer.start();
  connection = await redis.connection('latchkey:');
  const clock = new AdvancingClock();
  const now = () => clock.now();
  const ephemeral = new RedisEphemeralStore(connection, now);
  server = await runServer({
    clock,
    shared: {
      ephemeral,
      gate: new SharedCeremonyGate(ephemeral),
      rateLimits: new RedisRateLimits(connection, new Uint8Array(32).fill(7), now),
    },
  });
});

afterAll(async () => {
  await server.close();
  connection.close();
  await redis.kill();
});

const flush = () => connection.command('FLUSHALL');

/** Uses it, has Redis lose everything at once, and uses it again: as a client does whose answer got lost. */
async function twice(use: () => Promise<Answer>, status = 200): Promise<readonly [Answer, Answer]> {
  const first = await use();
  answered(first, status);
  await flush();
  return [first, await use()];
}

describe('what may happen once only, when Redis has lost all that it held', () => {
  it('an answer to a sign-in', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const started = await ada.startSignIn();
    const credential = ada.answer(started);
    const [, again] = await twice(() => ada.finishSignIn(started.ceremonyId, credential));
    expect(answered(again, 409)).toMatchObject(problem(409, 'ceremony-already-used'));
    expect((await ada.typesRecorded()).filter((type) => type === 'PasskeyUsed')).toHaveLength(1);
  });

  it('a grant, and the registration that spends it', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const grant = await ada.grantFor('bind-passkey');
    const started = await ada.startRegistration(grant);
    const credential = ada.create(started);
    const [, again] = await twice(() => ada.register(started.ceremonyId, credential), 201);
    expect(again.status).toBe(403);
    expect(again.body).toStrictEqual(problem(403, 'grant-spent'));
    const body = { grant, device: PHONE, entryPoint: 'security-center' };
    const restarted = await ada.call('POST', '/passkeys/registrations', { body });
    expect(restarted.body).toStrictEqual(problem(403, 'grant-spent'));
    expect((await ada.typesRecorded()).filter((type) => type === 'PasskeyRegistered')).toHaveLength(1);
  });

  it('a code', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const { checkId } = await ada.startCheck('bind-passkey');
    const code = ada.codeBy('sms');
    const [, again] = await twice(() => ada.enter(checkId, code));
    expect(again.body).toStrictEqual(problem(404, 'check-not-found'));
  });

  it('a code that signs in', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const before = ada.codesSentBy('sms');
    const { checkId } = await ada.startFallback('sms');
    const code = await ada.fallbackCodeBy('sms', before);
    const [, again] = await twice(() => ada.finishFallback(checkId, { code }));
    expect(again.body).toStrictEqual(problem(404, 'check-not-found'));
    expect((await ada.typesRecorded()).filter((type) => type === 'SignedInByFallback')).toHaveLength(1);
  });

  it('a step-up, and its token', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const started = await ada.startStepUp('internal-transfer', TRANSFER);
    const credential = ada.answer(started);
    const [passed, again] = await twice(() => ada.passStepUp(started.stepUpId, { credential }));
    expect(again.body).toStrictEqual(problem(404, 'step-up-not-found'));
    const { token } = answered<{ token: string }>(passed, 200);
    const [, redeemed] = await twice(() => ada.redeem(token, 'internal-transfer', TRANSFER));
    expect(redeemed.body).toStrictEqual(problem(409, 'step-up-already-used'));
    expect(
      (await ada.typesRecorded()).filter((type) => /^StepUp(Passed|Consumed)$/.test(type)),
    ).toStrictEqual(['StepUpPassed', 'StepUpConsumed']);
  });

  it('the link to the page, whose session ends as well', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const cookie = await visitBy(ada);
    const secret = await linkFor(ada);
    const [, again] = await twice(() => exchange(server, secret), 201);
    expect(again.body).toStrictEqual(problem(410, 'link-used'));
    const page = await ada.call('GET', '/passkeys', asPage(cookie));
    expect(page.body).toStrictEqual(problem(401, 'session-missing'));
  });

  it('the secret of a reset', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const reset = await passedReset(ada);
    const started = answered<Registration>(await startAfter(ada, reset), 201);
    const credential = ada.create(started);
    const [, again] = await twice(() => ada.register(started.ceremonyId, credential), 201);
    expect(again.body).toStrictEqual(problem(403, 'reset-secret-spent'));
  });

  it('what a new device collects', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const waiting = await ada.signInOnNewDevice();
    answered(await ada.approve(waiting), 200);
    const [first, again] = await twice(() => ada.collect(waiting));
    expect(first.body).toHaveProperty('token');
    expect(again.body).not.toHaveProperty('token');
    expect(again.body).not.toHaveProperty('deviceToken');
  });

  it('a command with its key: what it answered is gone, and it is not done again', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const before = await ada.passkeys();
    const grant = await ada.grantFor('bind-passkey');
    const started = await ada.startRegistration(grant);
    const credential = ada.create(started);
    const headers = { 'idempotency-key': 'the-same-command' };
    const use = () =>
      ada.call('POST', '/passkeys', { headers, body: { ceremonyId: started.ceremonyId, credential } });
    const first = answered(await use(), 201);
    expect(answered(await use(), 201)).toStrictEqual(first);
    await flush();
    expect((await use()).body).toStrictEqual(problem(403, 'grant-spent'));
    expect(await ada.passkeys()).toHaveLength(before.length + 1);
  });
});

describe('what was under way, when Redis has lost all that it held', () => {
  it('is asked for again: the code of a check, and a step-up', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const { checkId } = await ada.startCheck('change-factors');
    const started = await ada.startStepUp('internal-transfer', TRANSFER);
    await flush();
    expect((await ada.enter(checkId, ada.codeBy('sms'))).body).toStrictEqual(problem(404, 'check-not-found'));
    const answer = await ada.passStepUp(started.stepUpId, { credential: ada.answer(started) });
    expect(answer.body).toStrictEqual(problem(404, 'step-up-not-found'));
    const proof = await ada.proofFor('internal-transfer', TRANSFER);
    expect(proof.token).toEqual(expect.any(String));
  });

  it('goes on where it needs nothing of it: a sign-in, a registration, an approval', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const signIn = await ada.startSignIn();
    const grant = await ada.grantFor('bind-passkey');
    const waiting = await ada.signInOnNewDevice();
    await flush();
    answered(await ada.finishSignIn(signIn.ceremonyId, ada.answer(signIn)), 200);
    await ada.startRegistration(grant);
    answered(await ada.approve(waiting), 200);
    expect((await ada.collect(waiting)).body).toHaveProperty('token');
  });

  it('counts wrong codes on where the account does: a lock that was due comes', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    let last: Answer | undefined;
    for (let guess = 0; guess < 12 && last?.status !== 423; guess++) {
      const started = await ada.call('POST', '/security-checks', {
        body: { factor: 'email', purpose: 'change-factors' },
      });
      if (started.status !== 201) last = started;
      else {
        const { checkId } = answered<{ checkId: string }>(started, 201);
        last = await ada.enter(checkId, ada.codeBy('email') === '000000' ? '000001' : '000000');
        await flush();
      }
    }
    expect(last?.body).toMatchObject(problem(423, 'account-locked'));
  });
});

describe('while Redis is away', () => {
  afterEach(async () => {
    await redis.start();
    await eventually(async () => (await connection.health()).reachable);
  });

  it('whoever asks is told to ask again, at once, and what was asked for is not done', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const started = await ada.startSignIn({ device: NEW_DEVICE });
    const credential = ada.answer(started);
    const cookie = await visitBy(ada);
    const before = await ada.typesRecorded();
    await redis.kill();
    const unavailable = problem(503, 'try-again');
    for (const answer of [
      await ada.finishSignIn(started.ceremonyId, credential),
      await ada.call('POST', '/security-checks', { body: { factor: 'sms', purpose: 'bind-passkey' } }),
      await ada.call('PUT', '', { body: {}, headers: { 'idempotency-key': 'key' } }),
      await ada.call('GET', '/passkeys', asPage(cookie)),
    ]) {
      expect(answer.body).toStrictEqual(unavailable);
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect(await ada.typesRecorded()).toStrictEqual(before);
    expect(server.log()).not.toMatch(/latchkey:entry|EVALSHA/i);
  });
});
