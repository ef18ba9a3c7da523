import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answered,
  NEW_DEVICE,
  otherThan,
  Person,
  personWithPasskey,
  problem,
  PRODUCTS,
} from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const claimsOf = (token = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A check whose code was sent. */
async function codeSent(person: Person, body: object = {}): Promise<{ checkId: string; code: string }> {
  const before = person.codesSentBy('sms');
  const { checkId } = await person.startFallback('sms', body);
  return { checkId, code: await person.fallbackCodeBy('sms', before) };
}

describe.each(PRODUCTS)('M12, F10: falling back at %s', (rp) => {
  it('signs in by a code, also in the middle of a sign-in by passkey, with a weaker level', async () => {
    const ada = await personWithPasskey(server, rp);
    await ada.startSignIn({ identifier: ada.phone });
    const { checkId, code } = await codeSent(ada);
    const signedIn = answered<{ token: string }>(await ada.finishFallback(checkId, { code }), 200);
    expect(signedIn).toStrictEqual({
      status: 'signed-in',
      accountId: ada.accountId,
      token: expect.any(String),
      signals: expect.any(Object),
      position: expect.any(String),
    });
    expect(claimsOf(signedIn.token)).toMatchObject({ acr: 'code', amr: ['sms'], sub: ada.accountId });
    expect((await ada.typesRecorded()).slice(-2)).toStrictEqual([
      'SecurityCheckPassed',
      'SignedInByFallback',
    ]);
  });

  it('signs in by a password for which the product gives its word', async () => {
    const ada = await personWithPasskey(server, rp);
    const { checkId } = await ada.startFallback('password');
    const body = { factor: 'password', purpose: 'sign-in', outcome: 'passed' };
    const attested = await ada.call('POST', '/security-checks/attest', { body });
    const { grant } = answered<{ grant: string }>(attested, 200);
    const answer = await ada.finishFallback(checkId, { grant });
    const { token } = answered<{ token: string }>(answer, 200);
    expect(claimsOf(token)).toMatchObject({ acr: 'pwd', amr: ['pwd'] });
    const again = await ada.finishFallback(checkId, { grant });
    expect(answered(again, 403)).toStrictEqual(problem(403, 'grant-spent'));
  });

  it('lets one in of those who enter one code at the same moment', async () => {
    const ada = await personWithPasskey(server, rp);
    const { checkId, code } = await codeSent(ada);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ada.finishFallback(checkId, { code })));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, 422, 422, 422]);
    expect((await ada.typesRecorded()).filter((type) => type === 'SignedInByFallback')).toHaveLength(1);
  });

  it('takes five guesses at a code, and none for one that has expired', async () => {
    const ada = await personWithPasskey(server, rp);
    const { checkId, code } = await codeSent(ada);
    const wrong = ['1', '2', '3', '4', '5'].map((digit) => otherThan(code).slice(0, 5) + digit);
    const guesses = wrong.map((guess) => (guess === code ? '999999' : guess));
    for (const guess of guesses) {
      const refused = await ada.finishFallback(checkId, { code: guess });
      expect(answered(refused, 422)).toStrictEqual(problem(422, 'wrong-code'));
    }
    const sixth = await ada.finishFallback(checkId, { code });
    expect(answered(sixth, 409)).toStrictEqual(problem(409, 'check-used-up'));
    const late = await codeSent(ada);
    server.clock.advance(10 * MINUTE);
    const expired = await ada.finishFallback(late.checkId, { code: late.code });
    expect(answered(expired, 410)).toStrictEqual(problem(410, 'check-expired'));
  });

  it('holds an idempotency key to the code that it signed in by, and says so of none before', async () => {
    const ada = await personWithPasskey(server, rp);
    const { checkId, code } = await codeSent(ada);
    const show = (shown: string, key: string) =>
      server.call('POST', `/v1/${rp}/sign-ins/fallback/${checkId}/verify`, {
        body: { code: shown },
        headers: { 'idempotency-key': key },
      });
    const wrong = otherThan(code);
    // A refusal isn't remembered, and a guess is a guess by whatever key.
    expect(answered(await show(wrong, 'first'), 422)).toStrictEqual(problem(422, 'wrong-code'));
    const signedIn = await show(code, 'first');
    answered(signedIn, 200);
    await settled(server);
    const recorded = await ada.typesRecorded();
    expect(recorded.filter((type) => type === 'SecurityCheckFailed')).toHaveLength(1);

    const reused = problem(422, 'idempotency-key-reused');
    expect(answered(await show(wrong, 'first'), 422)).toStrictEqual(reused);
    expect(answered(await show(wrong, 'second'), 422)).toStrictEqual(problem(422, 'wrong-code'));
    for (let time = 0; time < 9; time++) answered(await show(`${time}00000`, 'first'), 422);
    server.clock.advance(DAY - MINUTE);
    expect((await show(code, 'first')).text).toBe(signedIn.text);
    expect(answered(await show(code, 'second'), 410)).toStrictEqual(problem(410, 'check-expired'));
    await settled(server);
    expect(await ada.typesRecorded()).toStrictEqual(recorded);
    server.clock.advance(MINUTE);
    answered(await show(code, 'first'), 404);
  });

  it('answers alike for a known name, an unknown one, one without the factor and a locked one', async () => {
    const [known, locked] = [await personWithPasskey(server, rp), await personWithPasskey(server, rp)];
    const factorless = new Person(server, rp);
    await factorless.enrol({ phone: null });
    for (let time = 0; time < 10; time++) {
      const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
      answered(await locked.call('POST', '/security-checks/attest', { body }), 200);
    }
    const unknown = new Person(server, rp);
    const seen: unknown[] = [];
    for (const person of [known, unknown, factorless, locked]) {
      // What was begun before may still be told; nothing of this is.
      await settled(server);
      const before = server.messagesTo(person.phone).length;
      const codesBefore = person.codesSentBy('sms');
      const started = await person.startFallback('sms');
      expect(started).toStrictEqual({
        checkId: expect.stringMatching(/^[\w-]{22}$/),
        expiresAt: server.clock.in(10 * MINUTE),
      });
      if (person === known) await person.fallbackCodeBy('sms', codesBefore);
      const guesses: Answer[] = [];
      for (const guess of ['000001', '000002', '000003', '000004', '000005', '000006']) {
        guesses.push(await person.finishFallback(started.checkId, { code: guess }));
      }
      seen.push(guesses.map(({ status, text, headers }) => [status, text, Object.keys(headers).sort()]));
      if (person !== known) expect(server.messagesTo(person.phone).length).toBe(before);
    }
    for (const each of seen) expect(each).toStrictEqual(seen[0]);
  });
});

describe('F15 after signing in by another way at moomoo', () => {
  it('the invalid passkey is removed by the very factor that signed in, and a new one is set up', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { checkId, code } = await codeSent(ada);
    const { token: signInToken } = answered<{ token: string }>(
      await ada.finishFallback(checkId, { code }),
      200,
    );
    const started = await ada.startStepUp('remove-passkey', { passkeyId: ada.passkeyId }, { signInToken });
    const grant = await ada.grantFor('step-up', 'sms', started.stepUpId);
    const { token } = answered<{ token: string }>(await ada.passStepUp(started.stepUpId, { grant }), 200);
    const headers = { 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers }), 200);
    const added = await ada.addPasskey('New');
    expect((await ada.passkeys()).map(({ passkeyId }) => passkeyId)).toStrictEqual([added.passkey.passkeyId]);
    await ada.signIn();
  });
});

describe('a session at moomoo', () => {
  it('ends with the passkey that opened it', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { token } = await ada.signIn();
    expect(answered(await ada.introspect({ token }), 200)).toMatchObject({ active: true });
    const proof = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    const headers = { 'step-up-token': proof.token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers }), 200);
    expect(answered(await ada.introspect({ token }), 200)).toStrictEqual({ active: false });
  });

  it('is challenged in RFC 9470’s form where it is too weak or too old for what is asked', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { checkId, code } = await codeSent(ada);
    const { token } = answered<{ token: string }>(await ada.finishFallback(checkId, { code }), 200);
    const weak = await ada.introspect({ token, acrValues: 'phrh phr' });
    answered(weak, 401);
    expect(weak.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="A stronger or more recent sign-in is required", acr_values="phrh phr"',
    );
    server.clock.advance(MINUTE);
    const old = await ada.introspect({ token, acrValues: ['code'], maxAge: 59 });
    answered(old, 401);
    expect(old.headers['www-authenticate']).toContain('acr_values="code", max_age=59');
    expect(answered(await ada.introspect({ token, acrValues: ['code'], maxAge: 60 }), 200)).toMatchObject({
      active: true,
      acr: 'code',
    });
    const strong = await ada.signIn({ device: { ...NEW_DEVICE, deviceToken: ada.deviceToken } });
    const enough = await ada.introspect({ token: strong.token, acrValues: 'code' });
    expect(answered(enough, 200)).toMatchObject({ active: true, acr: 'phr' });
  });
});
