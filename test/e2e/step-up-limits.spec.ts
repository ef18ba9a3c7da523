import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StepUp } from '../support/journeys.js';
import { answered, Person, personWithPasskey, diagnosed, problem, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

const MINUTE = 60_000;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe.each(PRODUCTS)('a step-up at %s', (rp) => {
  const action = rp === 'mpchat' ? 'card-apply' : 'change-security-settings';
  const parameters = { what: 'anything' };

  it('is redeemed by one of those that redeem it at the same moment', async () => {
    const ada = await personWithPasskey(server, rp);
    const { token } = await ada.proofFor(action, parameters);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ada.redeem(token, action, parameters)));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, ...Array<number>(7).fill(409)]);
    expect((await ada.typesRecorded()).filter((type) => type === 'StepUpConsumed')).toHaveLength(1);
  });

  it('is redeemed for nothing else than what it names, by nobody else', async () => {
    const ada = await personWithPasskey(server, rp);
    const eve = await personWithPasskey(server, rp);
    const elsewhere = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    await elsewhere.enrol();
    const { token } = await ada.proofFor(action, parameters);
    const invalid = problem(422, 'token-invalid');
    for (const redeeming of [
      eve.redeem(token, action, parameters),
      elsewhere.redeem(token, action, parameters),
      ada.redeem(token, action, { what: 'something' }),
      ada.redeem(token, 'add-passkey', parameters),
      ada.redeem('garbage', action, parameters),
      ada.redeem((await ada.signIn()).token, action, parameters),
    ]) {
      expect(answered(await redeeming, 422)).toStrictEqual(invalid);
    }
    expect(answered(await elsewhere.introspect({ token }), 200)).toStrictEqual({ active: false });
    // Nothing of it was spent by these.
    answered(await ada.redeem(token, action, parameters), 200);
  });

  it('expires after five minutes, before it was passed as after', async () => {
    const ada = await personWithPasskey(server, rp);
    const { token } = await ada.proofFor(action, parameters);
    const open = await ada.startStepUp(action, parameters);
    server.clock.advance(5 * MINUTE);
    const late = await ada.passStepUp(open.stepUpId, { credential: ada.answer(open) });
    expect(answered(late, 410)).toStrictEqual(problem(410, 'step-up-expired'));
    const code = await ada.call('POST', '/security-checks', {
      body: { factor: 'sms', purpose: 'step-up', stepUpId: open.stepUpId },
    });
    expect(answered(code, 410)).toStrictEqual(problem(410, 'step-up-expired'));
    answered(await ada.redeem(token, action, parameters), 422);
    expect(answered(await ada.introspect({ token }), 200)).toStrictEqual({ active: false });
  });

  it('is passed once, and its assertion is worth nothing to another', async () => {
    const ada = await personWithPasskey(server, rp);
    const first = await ada.startStepUp(action, parameters);
    const credential = ada.answer(first);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => ada.passStepUp(first.stepUpId, { credential })),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, 409, 409, 409]);
    const second = await ada.startStepUp(action, { what: 'worse' });
    const replayed = await ada.passStepUp(second.stepUpId, { credential });
    expect(answered(replayed, 401)).toStrictEqual(problem(401, 'verification-failed'));
    const signIn = await ada.startSignIn();
    answered(await ada.finishSignIn(signIn.ceremonyId, credential), 401);
  });

  it('is passed by a passkey of its own account only', async () => {
    const [ada, eve] = [await personWithPasskey(server, rp), await personWithPasskey(server, rp)];
    const started = await ada.startStepUp(action, parameters);
    const open: StepUp = { ...started, publicKey: { ...started.publicKey, allowCredentials: [] } };
    const refused = await ada.passStepUp(started.stepUpId, { credential: eve.answer(open) });
    expect(answered(refused, 401)).toStrictEqual(
      problem(401, 'verification-failed', diagnosed('other-account')),
    );
    const elses = await eve.passStepUp(started.stepUpId, { credential: eve.answer(open) });
    expect(answered(elses, 404)).toStrictEqual(problem(404, 'step-up-not-found'));
  });

  it('is not begun for an action that the policy does not know, or without a passkey', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const begin = (name: string) => ada.call('POST', '/step-ups', { body: { action: name, parameters } });
    expect(answered(await begin('fly'), 422)).toStrictEqual(problem(422, 'unknown-action'));
    expect(answered(await begin(action), 409)).toStrictEqual(problem(409, 'no-passkey'));
  });

  it('is not begun for what two readers of JSON could understand differently', async () => {
    const ada = await personWithPasskey(server, rp);
    for (const amount of ['1e999', '9007199254740993', `${'['.repeat(5000)}${']'.repeat(5000)}`]) {
      const body = `{"action":"${action}","parameters":{"amount":${amount}}}`;
      const refused = await ada.call('POST', '/step-ups', { body });
      expect(answered(refused, 400)).toStrictEqual(
        problem(400, 'request-invalid', {
          errors: [{ pointer: '/parameters', detail: expect.stringContaining('amounts as strings') }],
        }),
      );
    }
  });

  it('dies with the security epoch that a change of factors ends', async () => {
    const ada = await personWithPasskey(server, rp);
    const { token } = await ada.proofFor(action, parameters);
    const open = await ada.startStepUp(action, parameters);
    const signIn = await ada.signIn();
    answered(await ada.call('PUT', '', { body: { email: null } }), 200);
    const late = await ada.passStepUp(open.stepUpId, { credential: ada.answer(open) });
    expect(answered(late, 409)).toStrictEqual(problem(409, 'security-epoch-passed'));
    expect(answered(await ada.redeem(token, action, parameters), 409)).toStrictEqual(
      problem(409, 'security-epoch-passed'),
    );
    for (const dead of [token, signIn.token]) {
      expect(answered(await ada.introspect({ token: dead }), 200)).toStrictEqual({ active: false });
    }
  });

  it('approves a change of factors that it names, exactly', async () => {
    const ada = await personWithPasskey(server, rp);
    const key = await server.keyFor(rp, 'accounts');
    const email = `new.${ada.email}`;
    const refused = await ada.call('PUT', '', { key, body: { email } });
    const { action: asked, parameters: named } = answered<{ action: string; parameters: object }>(
      refused,
      403,
    );
    const { token } = await ada.proofFor(asked, { ...named });
    const headers = { 'step-up-token': token };
    answered(await ada.call('PUT', '', { key, headers, body: { email: `evil.${email}` } }), 403);
    answered(await ada.call('PUT', '', { key, headers, body: { email, phone: null } }), 403);
    answered(await ada.call('PUT', '', { key, headers, body: { email } }), 200);
    answered(await ada.call('PUT', '', { key, headers, body: { email: null } }), 403);
  });
});
