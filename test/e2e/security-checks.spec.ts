import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { answered, otherThan, Person, personWithPasskey, problem, PRODUCTS } from '../support/journeys.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

/** Wrong codes, one after another. */
async function guessWrongly(person: Person, checkId: string, times: number): Promise<readonly Answer[]> {
  const wrong = otherThan(person.codeBy('sms'));
  const answers: Answer[] = [];
  for (let time = 0; time < times; time++) answers.push(await person.enter(checkId, wrong));
  return answers;
}

/** Ten wrong codes, on two checks. */
async function lockOut(person: Person): Promise<void> {
  for (let check = 0; check < 2; check++) {
    const { checkId } = await person.startCheck('bind-passkey');
    const answers = await guessWrongly(person, checkId, 5);
    expect(answers.map(({ status }) => status)).toStrictEqual([422, 422, 422, 422, 422]);
  }
}

describe.each(PRODUCTS)('a security check at %s', (rp) => {
  it('M5 and F3: sends a code that yields a grant once', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const check = await ada.startCheck('bind-passkey');
    expect(check).toStrictEqual({
      checkId: expect.any(String),
      factor: 'sms',
      destination: `+86 1851*****${ada.phone.slice(-2)}`,
      expiresAt: server.clock.in(10 * MINUTE),
      position: expect.any(String),
    });
    expect(server.messagesTo(ada.phone)).toStrictEqual([
      {
        to: ada.phone,
        channel: 'sms',
        purpose: 'code',
        code: expect.stringMatching(/^\d{6}$/),
        text: expect.stringContaining('is your code to add a passkey to your account.'),
        at: server.clock.now(),
      },
    ]);
    const passed = await ada.enter(check.checkId, ada.codeBy('sms'));
    expect(answered(passed, 200)).toStrictEqual({
      grant: expect.any(String),
      expiresAt: server.clock.in(10 * MINUTE),
      position: expect.any(String),
    });
    const again = await ada.enter(check.checkId, ada.codeBy('sms'));
    expect(answered(again, 409)).toStrictEqual(problem(409, 'check-used-up'));
  });

  it('says how many guesses are left and dies of the fifth wrong one', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const { checkId } = await ada.startCheck('bind-passkey');
    const answers = await guessWrongly(ada, checkId, 5);
    expect(answers.map(({ body }) => body)).toStrictEqual(
      [4, 3, 2, 1, 0].map((guessesLeft) => problem(422, 'wrong-code', { guessesLeft })),
    );
    const right = await ada.enter(checkId, ada.codeBy('sms'));
    expect(answered(right, 409)).toStrictEqual(problem(409, 'check-used-up'));
  });

  it('compares no more than five of fifty guesses that come at once', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const { checkId } = await ada.startCheck('bind-passkey');
    const code = ada.codeBy('sms');
    const guesses = Array.from({ length: 50 }, (_, guess) => String(guess).padStart(6, '0')).filter(
      (guess) => guess !== code,
    );
    const answers = await Promise.all(guesses.map((guess) => ada.enter(checkId, guess)));
    const codes = answers.map(({ body }) => (body as { code: string }).code);
    expect(codes.filter((found) => found === 'wrong-code')).toHaveLength(5);
    expect(codes.filter((found) => found === 'check-used-up')).toHaveLength(guesses.length - 5);
    const recorded = (await ada.history()).filter(({ type }) => type === 'SecurityCheckFailed');
    expect(recorded.map(({ data }) => data['wrongGuesses'])).toStrictEqual([1, 2, 3, 4, 5]);
  });

  it('gives its grant to one of those that enter the right code at once', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const { checkId } = await ada.startCheck('bind-passkey');
    const answers = await Promise.all(Array.from({ length: 8 }, () => ada.enter(checkId, ada.codeBy('sms'))));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, ...Array<number>(7).fill(409)]);
    expect(await ada.typesRecorded()).toStrictEqual(['AccountEnrolled', 'SecurityCheckPassed']);
  });

  it('expires after ten minutes, and so does its grant', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const { checkId } = await ada.startCheck('bind-passkey');
    const code = ada.codeBy('sms');
    server.clock.advance(10 * MINUTE - 1);
    const { grant } = answered<{ grant: string }>(await ada.enter(checkId, code), 200);
    const late = await ada.startCheck('bind-passkey');
    server.clock.advance(10 * MINUTE);
    const expired = await ada.enter(late.checkId, ada.codeBy('sms'));
    expect(answered(expired, 410)).toStrictEqual(problem(410, 'check-expired'));
    const registration = await ada.call('POST', '/passkeys/registrations', {
      body: { grant, device: { platform: 'web', appKind: 'web' }, entryPoint: 'security-center' },
    });
    expect(answered(registration, 403)).toStrictEqual(problem(403, 'grant-expired'));
  });

  it('belongs to its account: the right code is worth nothing to another', async () => {
    const [ada, eve] = [new Person(server, rp), new Person(server, rp)];
    await ada.enrol();
    await eve.enrol();
    const { checkId } = await ada.startCheck('bind-passkey');
    const stolen = await eve.enter(checkId, ada.codeBy('sms'));
    expect(answered(stolen, 404)).toStrictEqual(problem(404, 'check-not-found'));
  });

  it('gives a grant for its own purpose and account only', async () => {
    const [ada, eve] = [new Person(server, rp), new Person(server, rp)];
    await ada.enrol();
    await eve.enrol();
    const forChange = await ada.grantFor('change-factors', 'email');
    const forBinding = await ada.grantFor('bind-passkey');
    for (const [person, grant] of [
      [ada, forChange],
      [eve, forBinding],
      [ada, 'made-up'],
    ] as const) {
      const refused = await person.call('POST', '/passkeys/registrations', {
        body: { grant, device: { platform: 'web', appKind: 'web' }, entryPoint: 'security-center' },
      });
      expect(answered(refused, 403)).toStrictEqual(problem(403, 'grant-not-found'));
    }
  });

  it('M5 and F3: is not started on a factor that is missing or that the purpose does not allow', async () => {
    const ada = new Person(server, rp);
    await ada.call('PUT', '', { body: { email: ada.email } });
    const start = (factor: string, purpose: string, more: object = {}) =>
      ada.call('POST', '/security-checks', { body: { factor, purpose, ...more } });
    expect(answered(await start('sms', 'bind-passkey'), 409)).toStrictEqual(
      problem(409, 'factor-not-available'),
    );
    answered(await start('email', 'bind-passkey'), rp === 'mpchat' ? 201 : 409);
    expect(answered(await start('email', 'step-up', { stepUpId: 'made-up' }), 404)).toStrictEqual(
      problem(404, 'step-up-not-found'),
    );
    answered(await start('password', 'sign-in'), 400);
  });

  it('dies with the security epoch that a change of factors ends', async () => {
    const ada = new Person(server, rp);
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    await ada.enrol({ totp: { secret } });
    const grant = await ada.grantFor('bind-passkey');
    const open = await ada.startCheck('bind-passkey');
    answered(await ada.call('PUT', '', { body: { totp: null } }), 200);
    const late = await ada.enter(open.checkId, ada.codeBy('sms'));
    expect(answered(late, 409)).toStrictEqual(problem(409, 'security-epoch-passed'));
    const registration = await ada.call('POST', '/passkeys/registrations', {
      body: { grant, device: { platform: 'web', appKind: 'web' }, entryPoint: 'security-center' },
    });
    expect(answered(registration, 409)).toStrictEqual(problem(409, 'security-epoch-passed'));
  });
});

describe.each(PRODUCTS)('the lock of an account at %s', (rp) => {
  it('M11: falls on the tenth wrong entry within five minutes, and a passkey still signs in', async () => {
    const ada = await personWithPasskey(server, rp);
    await lockOut(ada);
    const until = server.clock.in(HOUR);
    const locked = problem(423, 'account-locked', { until });

    const start = await ada.call('POST', '/security-checks', {
      body: { factor: 'sms', purpose: 'bind-passkey' },
    });
    expect(answered(start, 423)).toStrictEqual(locked);
    const account = await ada.call('GET', `?after=${await ada.now()}`);
    expect(answered(account, 200)).toMatchObject({ status: 'locked', lockedUntil: until });
    const choice = await ada.call('GET', `/factors?purpose=step-up&after=${await ada.now()}`);
    expect(answered(choice, 200)).toStrictEqual({
      factors: [],
      advice: expect.stringMatching(
        /^Too many wrong entries: codes are accepted again from .+ GMT[+-]\d\.$/u,
      ),
      until,
    });
    const inChinese = await ada.call('GET', `/factors?purpose=step-up&after=${await ada.now()}`, {
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(answered(inChinese, 200)).toStrictEqual({
      factors: [],
      advice: expect.stringMatching(/^输入错误次数过多：.+ GMT[+-]\d .+ 之后才可再次使用验证码。$/u),
      until,
    });

    expect((await ada.signIn()).accountId).toBe(ada.accountId);
    expect((await ada.typesRecorded()).slice(-2)).toStrictEqual(['AccountLocked', 'PasskeyUsed']);
  });

  it('shows at once, though a refusal names no position: to one who shows an older one, too', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const before = await ada.now();
    await lockOut(ada);
    for (const query of [`?after=${before}`, '']) {
      expect(answered(await ada.call('GET', query), 200)).toMatchObject({ status: 'locked' });
    }
  });

  it('stops a check that was open and a grant that was given before', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const grant = await ada.grantFor('bind-passkey');
    const open = await ada.startCheck('bind-passkey');
    const code = ada.codeBy('sms');
    await lockOut(ada);
    const locked = problem(423, 'account-locked', { until: server.clock.in(HOUR) });
    expect(answered(await ada.enter(open.checkId, code), 423)).toStrictEqual(locked);
    const registration = await ada.call('POST', '/passkeys/registrations', {
      body: { grant, device: { platform: 'web', appKind: 'web' }, entryPoint: 'security-center' },
    });
    expect(answered(registration, 423)).toStrictEqual(locked);
  });

  it('ends by itself after an hour', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    await lockOut(ada);
    server.clock.advance(HOUR - 1);
    answered(
      await ada.call('POST', '/security-checks', { body: { factor: 'sms', purpose: 'bind-passkey' } }),
      423,
    );
    server.clock.advance(1);
    await ada.grantFor('bind-passkey');
  });

  it('is ended by an admin, and by nobody else', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    await lockOut(ada);
    const weak = await server.keyFor(rp, 'accounts', 'passkeys', 'attest');
    answered(await ada.call('POST', '/unlock', { key: weak }), 403);
    const unlocked = await ada.call('POST', '/unlock', { key: await server.keyFor(rp, 'admin') });
    expect(answered(unlocked, 200)).toStrictEqual({ position: expect.any(String) });
    await ada.grantFor('bind-passkey');
    // Unlocking what is not locked records nothing.
    answered(await ada.call('POST', '/unlock'), 200);
    const unlockings = (await ada.typesRecorded()).filter((type) => type === 'AccountUnlocked');
    expect(unlockings).toHaveLength(1);
  });

  it('does not fall on nine wrong entries, nor on ten over more than five minutes', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    await guessWrongly(ada, (await ada.startCheck('bind-passkey')).checkId, 5);
    await guessWrongly(ada, (await ada.startCheck('bind-passkey')).checkId, 4);
    server.clock.advance(5 * MINUTE);
    await guessWrongly(ada, (await ada.startCheck('bind-passkey')).checkId, 5);
    await ada.grantFor('bind-passkey');
  });
});

describe.each(PRODUCTS)("the product's own word at %s", (rp) => {
  const attest = async (person: Person, outcome: string, factor = 'sms', purpose = 'bind-passkey') =>
    person.call('POST', '/security-checks/attest', {
      key: await server.keyFor(rp, 'attest'),
      body: { factor, purpose, outcome },
    });

  it('is a grant where the factor passed, and an entry towards the lock where it failed', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    expect(answered(await attest(ada, 'passed'), 200)).toStrictEqual({
      grant: expect.any(String),
      expiresAt: server.clock.in(10 * MINUTE),
      position: expect.any(String),
    });
    for (let time = 0; time < 10; time++) {
      expect(answered(await attest(ada, 'failed', 'password', 'sign-in'), 200)).toStrictEqual({
        position: expect.any(String),
      });
    }
    const locked = await attest(ada, 'passed');
    expect(answered(locked, 423)).toStrictEqual(
      problem(423, 'account-locked', { until: server.clock.in(HOUR) }),
    );
  });

  it('never stands for a step-up', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    answered(await attest(ada, 'passed', 'sms', 'step-up'), 400);
  });
});
