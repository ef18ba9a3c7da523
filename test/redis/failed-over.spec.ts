import { afterEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { RedisEphemeralStore } from '../../src/infrastructure/redis/redis-ephemeral-store.js';
import { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { RedisRateLimits } from '../../src/infrastructure/redis/redis-rate-limits.js';
import { SharedCeremonyGate } from '../../src/infrastructure/webauthn/shared-ceremony-gate.js';
import { eventually } from '../support/eventually.js';
import type { Person, Registration } from '../support/journeys.js';
import { answered, otherThan, personWithPasskey, PHONE, problem } from '../support/journeys.js';
import { asPage, exchange, linkFor, visitBy } from '../support/portal-journeys.js';
import { RedisPair } from '../support/redis-pair.js';
import { SILENT } from '../support/redis-server.js';
import { passedReset, startAfter } from '../support/reset-journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { AdvancingClock, runServer } from '../support/running-server.js';

const TRANSFER = { asset: 'USDT', amount: '12.50', payee: 'user-2' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A service on a Redis with a replica. */
async function serverOnPair(): Promise<{
  server: RunningServer;
  pair: RedisPair;
  failOver: () => Promise<void>;
}> {
  const pair = await RedisPair.start();
  closing.push(() => pair.stop());
  const { url } = await pair.address();
  const connection = await RedisConnection.open({ url, prefix: 'latchkey:' }, SILENT);
  closing.push(() => connection.close());
  const clock = new AdvancingClock();
  const now = () => clock.now();
  const ephemeral = new RedisEphemeralStore(connection, now);
  const server = await runServer({
    clock,
    shared: {
      ephemeral,
      gate: new SharedCeremonyGate(ephemeral),
      rateLimits: new RedisRateLimits(connection, new Uint8Array(32).fill(7), now),
    },
  });
  closing.push(() => server.close());
  return {
    server,
    pair,
    failOver: async () => {
      const before = connection.made;
      await pair.failOver();
      await eventually(() => connection.made > before);
    },
  };
}

/** Uses it when the replica hears of nothing any more, and again when that is the primary. Between, the history stands still. */
async function twice(
  { pair, failOver }: Awaited<ReturnType<typeof serverOnPair>>,
  person: Person,
  use: () => Promise<Answer>,
  status = 200,
): Promise<Answer> {
  await pair.stopReplication();
  answered(await use(), status);
  const before = await person.history();
  await failOver();
  const again = await use();
  expect(await person.history()).toStrictEqual(before);
  return again;
}

describe('what may happen once only, after a fail-over to a replica that has not heard that it happened', () => {
  it('an answer to a sign-in', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const started = await ada.startSignIn();
    const credential = ada.answer(started);
    const again = await twice(place, ada, () => ada.finishSignIn(started.ceremonyId, credential));
    expect(answered(again, 409)).toMatchObject(problem(409, 'ceremony-already-used'));
  });

  it('a registration, and the grant that it spent', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const grant = await ada.grantFor('bind-passkey');
    const started = await ada.startRegistration(grant);
    const credential = ada.create(started);
    const again = await twice(place, ada, () => ada.register(started.ceremonyId, credential), 201);
    expect(again.body).toStrictEqual(problem(403, 'grant-spent'));
    const body = { grant, device: PHONE, entryPoint: 'security-center' };
    const restarted = await ada.call('POST', '/passkeys/registrations', { body });
    expect(restarted.body).toStrictEqual(problem(403, 'grant-spent'));
  });

  it('a code, which the replica still has', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const { checkId } = await ada.startCheck('bind-passkey');
    const code = ada.codeBy('sms');
    const again = await twice(place, ada, () => ada.enter(checkId, code));
    expect(again.body).toMatchObject({ code: 'check-used-up' });
  });

  it('a code that signs in, which the replica still has', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const before = ada.codesSentBy('sms');
    const { checkId } = await ada.startFallback('sms');
    const code = await ada.fallbackCodeBy('sms', before);
    const again = await twice(place, ada, () => ada.finishFallback(checkId, { code }));
    expect(again.body).toMatchObject({ code: 'wrong-code' });
  });

  it('a code that signs in, after as many wrong ones as a check takes', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'moomoo');
    const sentBefore = ada.codesSentBy('sms');
    const { checkId } = await ada.startFallback('sms');
    const code = await ada.fallbackCodeBy('sms', sentBefore);
    await pair.stopReplication();
    const before = (await ada.history()).length;
    for (let wrong = 1; wrong <= 5; wrong++)
      await ada.finishFallback(checkId, {
        code: String((Number(code) + wrong) % 1_000_000).padStart(6, '0'),
      });
    await eventually(async () => (await ada.history()).length === before + 5);
    await failOver();
    const right = await ada.finishFallback(checkId, { code });
    expect(right.body).toMatchObject({ code: 'wrong-code' });
    expect(await ada.history()).toHaveLength(before + 5);
  });

  it('a step-up, and its token', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'mpchat');
    const { token } = await ada.proofFor('internal-transfer', TRANSFER);
    const started = await ada.startStepUp('internal-transfer', TRANSFER);
    const credential = ada.answer(started);
    await place.pair.stopReplication();
    answered(await ada.redeem(token, 'internal-transfer', TRANSFER), 200);
    answered(await ada.passStepUp(started.stepUpId, { credential }), 200);
    const before = await ada.history();
    await place.failOver();
    const redeemed = await ada.redeem(token, 'internal-transfer', TRANSFER);
    expect(redeemed.body).toStrictEqual(problem(409, 'step-up-already-used'));
    const again = await ada.passStepUp(started.stepUpId, { credential });
    expect(again.body).toStrictEqual(problem(409, 'step-up-already-used'));
    expect(await ada.history()).toStrictEqual(before);
  });

  it('the secret of a reset', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'mpchat');
    const started = answered<Registration>(await startAfter(ada, await passedReset(ada)), 201);
    const credential = ada.create(started);
    const again = await twice(place, ada, () => ada.register(started.ceremonyId, credential), 201);
    expect(again.body).toStrictEqual(problem(403, 'reset-secret-spent'));
  });

  it('what a new device collects', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const waiting = await ada.signInOnNewDevice();
    answered(await ada.approve(waiting), 200);
    const again = await twice(place, ada, () => ada.collect(waiting));
    expect(again.body).not.toHaveProperty('token');
    expect(again.body).not.toHaveProperty('deviceToken');
  });

  it('a command with its key, of which the replica has no answer', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const started = await ada.startRegistration(await ada.grantFor('bind-passkey'));
    const body = { ceremonyId: started.ceremonyId, credential: ada.create(started) };
    const headers = { 'idempotency-key': 'the-same-command' };
    const again = await twice(place, ada, () => ada.call('POST', '/passkeys', { headers, body }), 201);
    expect(again.body).toStrictEqual(problem(403, 'grant-spent'));
  });

  it('every wrong code counts: those that the replica has not heard of are on the account', async () => {
    const place = await serverOnPair();
    const ada = await personWithPasskey(place.server, 'moomoo');
    const { checkId } = await ada.startCheck('bind-passkey');
    const code = ada.codeBy('sms');
    const guess = () => ada.enter(checkId, otherThan(code));
    await place.pair.stopReplication();
    const codes: Answer[] = [];
    for (let entered = 0; entered < 3; entered++) codes.push(await guess());
    await place.failOver();
    for (let entered = 3; entered < 6; entered++) codes.push(await guess());
    codes.push(await ada.enter(checkId, code));
    expect(codes.map(({ body }) => (body as { code: string }).code)).toStrictEqual([
      ...Array.from({ length: 5 }, () => 'wrong-code'),
      ...Array.from({ length: 2 }, () => 'check-used-up'),
    ]);
  });
});

describe('what was begun where the replica has not heard of it', () => {
  it('is not found, and begun anew: a code, a step-up, a page', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'mpchat');
    await pair.stopReplication();
    const { checkId } = await ada.startCheck('change-factors');
    const stepUp = await ada.startStepUp('internal-transfer', TRANSFER);
    const cookie = await visitBy(ada);
    const secret = await linkFor(ada);
    await failOver();
    expect((await ada.enter(checkId, ada.codeBy('sms'))).body).toStrictEqual(problem(404, 'check-not-found'));
    const passed = await ada.passStepUp(stepUp.stepUpId, { credential: ada.answer(stepUp) });
    expect(passed.body).toStrictEqual(problem(404, 'step-up-not-found'));
    expect((await ada.call('GET', '/passkeys', asPage(cookie))).body).toStrictEqual(
      problem(401, 'session-missing'),
    );
    expect((await exchange(server, secret)).body).toStrictEqual(problem(410, 'link-used'));

    expect(await ada.grantFor('change-factors')).toEqual(expect.any(String));
    expect((await ada.proofFor('internal-transfer', TRANSFER)).token).toEqual(expect.any(String));
    answered(await ada.call('GET', '/passkeys', asPage(await visitBy(ada))), 200);
  });
});

describe('what is weaker after a fail-over, as docs/cluster.md says', () => {
  it('one challenge is answered by passkeys of two accounts, each by a signature of its own', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'moomoo');
    const eve = await personWithPasskey(server, 'moomoo');
    const started = await ada.startSignIn({ device: PHONE });
    const answerOf = (person: Person) => person.finishSignIn(started.ceremonyId, person.answer(started));
    await pair.stopReplication();
    answered(await answerOf(ada), 200);
    expect((await answerOf(eve)).body).toMatchObject({ code: 'ceremony-already-used' });
    await failOver();
    answered(await answerOf(eve), 200);
    expect((await answerOf(ada)).body).toMatchObject({ code: 'ceremony-already-used' });
    expect((await answerOf(eve)).body).toMatchObject({ code: 'ceremony-already-used' });
  });

  it('a page that was left is open again to who kept its cookie, for the rest of its quarter of an hour', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'moomoo');
    const cookie = await visitBy(ada);
    const page = () => ada.call('GET', '/passkeys', asPage(cookie));
    await pair.stopReplication();
    answered(await server.call('DELETE', '/portal/sessions/current', asPage(cookie)), 204);
    expect((await page()).body).toStrictEqual(problem(401, 'session-missing'));
    await failOver();
    answered(await page(), 200);
    server.clock.advance(15 * MINUTE);
    expect((await page()).body).toStrictEqual(problem(401, 'session-missing'));
  });

  it('a link that was exchanged is exchanged once more, within its minute', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'moomoo');
    const secret = await linkFor(ada);
    await pair.stopReplication();
    answered(await exchange(server, secret), 201);
    await failOver();
    answered(await exchange(server, secret), 201);
    expect((await exchange(server, secret)).body).toStrictEqual(problem(410, 'link-used'));
  });

  it('a fall-back check takes its five guesses again, and counts those at places that were not counted before', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'moomoo');
    const sentBefore = ada.codesSentBy('sms');
    const { checkId } = await ada.startFallback('sms');
    const code = Number(await ada.fallbackCodeBy('sms', sentBefore));
    let wrong = 0;
    const guess = () => {
      wrong += 1;
      return ada.finishFallback(checkId, { code: String((code + wrong) % 1_000_000).padStart(6, '0') });
    };
    const before = (await ada.history()).length;
    const counted = async () => (await ada.history()).length - before;
    await pair.stopReplication();
    for (let place = 1; place <= 3; place++) answered(await guess(), 422);
    await eventually(async () => (await counted()) === 3);
    await failOver();
    for (let place = 1; place <= 5; place++)
      expect((await guess()).body).toMatchObject({ code: 'wrong-code' });
    expect((await guess()).body).toMatchObject({ code: 'check-used-up' });
    await eventually(async () => (await counted()) === 5);
  });

  it('a name that was changed twice is changed back, where the first call is repeated with its key', async () => {
    const { server, pair, failOver } = await serverOnPair();
    const ada = await personWithPasskey(server, 'moomoo');
    const rename = (name: string) =>
      ada.call('PATCH', `/passkeys/${ada.passkeyId}`, {
        headers: { 'idempotency-key': name },
        body: { name },
      });
    await pair.stopReplication();
    for (const name of ['First', 'Second', 'First']) answered(await rename(name), 200);
    expect((await ada.passkeys()).map(({ name }) => name)).toStrictEqual(['Second']);
    await failOver();
    answered(await rename('First'), 200);
    expect((await ada.passkeys()).map(({ name }) => name)).toStrictEqual(['First']);
  });
});
