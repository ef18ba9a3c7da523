import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import type { Enrolled } from '../support/journeys.js';
import { answered, otherThan, Person, problem, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

const DAY = 86_400_000;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

function codeOfApp(otpauthUrl: string): string {
  const secret = new URL(otpauthUrl).searchParams.get('secret') ?? '';
  return generateSync({ secret, epoch: server.clock.now() / 1000 });
}

describe.each(PRODUCTS)('an account at %s', (rp) => {
  it('is made once, and the same again changes nothing', async () => {
    const ada = new Person(server, rp);
    const body = { displayName: 'Ada', phone: ada.phone, email: ada.email };
    const made = await ada.call('PUT', '', { body });
    const again = await ada.call('PUT', '', { body });

    const account = {
      accountId: ada.accountId,
      userHandle: expect.stringMatching(/^[\w-]{86}$/),
      factors: [
        { factor: 'sms', destination: `+86 1851*****${ada.phone.slice(-2)}`, confirmed: true },
        { factor: 'email', destination: 'per***@example.com', confirmed: true },
      ],
      position: expect.any(String),
    };
    expect(answered(made, 201)).toStrictEqual(account);
    expect(answered(again, 200)).toStrictEqual(account);
    expect(answered<Enrolled>(again, 200).userHandle).toBe(answered<Enrolled>(made, 201).userHandle);
    expect(await ada.typesRecorded()).toStrictEqual(['AccountEnrolled']);
  });

  it('is read as it stands at the position that its making answered', async () => {
    const ada = new Person(server, rp);
    const { position, userHandle, factors } = await ada.enrol({ displayName: 'Ada' });
    const read = await ada.call('GET', `?after=${position}`);
    expect(answered(read, 200)).toStrictEqual({
      accountId: ada.accountId,
      userHandle,
      displayName: 'Ada',
      status: 'active',
      factors,
      passkeyCount: 0,
      lockedUntil: null,
      coolingOff: { phoneChangeUntil: null },
      onboarding: { completed: false, completedAt: null },
      createdAt: server.clock.in(0),
    });
  });

  it('is read at no position that was altered, made up or given to another product', async () => {
    const ada = new Person(server, rp);
    const { position } = await ada.enrol();
    const other = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    const foreign = (await other.enrol()).position;
    const altered = `${position.slice(0, -2)}${position.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const after of [altered, foreign, '7', '', position.slice(1), `${position}&after=${position}`]) {
      const read = await ada.call('GET', `?after=${after}`);
      expect(answered(read, 400)).toStrictEqual(problem(400, 'position-invalid'));
    }
  });

  it('is made once by those that make it at the same moment', async () => {
    const ada = new Person(server, rp);
    const body = { phone: ada.phone, email: ada.email };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ada.call('PUT', '', { body })));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([...Array<number>(7).fill(200), 201]);
    expect(new Set(answers.map((answer) => (answer.body as Enrolled).userHandle)).size).toBe(1);
    expect(await ada.typesRecorded()).toStrictEqual(['AccountEnrolled']);
  });

  it('changes its display name and identifiers without a proof', async () => {
    const ada = new Person(server, rp);
    await ada.enrol({ displayName: 'Ada', identifiers: [`${rp}-a1`] });
    const body = { displayName: null, identifiers: [`${rp}-a2`] };
    const { position } = answered<Enrolled>(await ada.call('PUT', '', { body }), 200);
    const read = await ada.call('GET', `?after=${position}`);
    expect(answered<{ displayName: null }>(read, 200).displayName).toBeNull();
    // What was given up is free for another account.
    const other = new Person(server, rp);
    answered(await other.call('PUT', '', { body: { identifiers: [`${rp}-a2`] } }), 409);
    answered(await other.call('PUT', '', { body: { identifiers: [`${rp}-a1`] } }), 201);
  });

  it('offers for a purpose the factors that the policy lets prove it', async () => {
    const ada = new Person(server, rp);
    const { position } = await ada.enrol();
    const sms = { factor: 'sms', destination: `+86 1851*****${ada.phone.slice(-2)}` };
    const email = { factor: 'email', destination: 'per***@example.com' };
    const read = (purpose: string) => ada.call('GET', `/factors?purpose=${purpose}&after=${position}`);
    const beforeBinding = { factors: rp === 'mpchat' ? [sms, email] : [sms] };
    expect(answered(await read('bind-passkey'), 200)).toStrictEqual(beforeBinding);
    expect(answered(await read('step-up'), 200)).toStrictEqual({ factors: [sms, email] });

    const nobody = new Person(server, rp);
    const empty = answered<Enrolled>(await nobody.call('PUT', '', { body: {} }), 201);
    const none = await nobody.call('GET', `/factors?purpose=bind-passkey&after=${empty.position}`);
    expect(answered(none, 200)).toStrictEqual({ factors: [], advice: expect.any(String) });
    const unknown = await ada.call('GET', '/factors?purpose=fun');
    expect(answered(unknown, 400)).toStrictEqual(
      problem(400, 'request-invalid', { errors: [{ pointer: '/purpose', detail: expect.any(String) }] }),
    );
  });

  it('enrols an authenticator app by a code of it', async () => {
    const ada = new Person(server, rp);
    const { totp, factors } = await ada.enrol({ totp: { enroll: true } });
    const url = totp?.otpauthUrl ?? '';
    expect(url).toMatch(/^otpauth:\/\/totp\/\w+:per\*\*\*%40example\.com\?secret=[A-Z2-7]{32}&issuer=\w+$/);
    expect(factors.at(-1)).toStrictEqual({
      factor: 'totp',
      destination: 'authenticator app',
      confirmed: false,
    });

    const wrong = await ada.call('POST', '/factors/totp/confirm', {
      body: { code: otherThan(codeOfApp(url)) },
    });
    expect(answered(wrong, 422)).toStrictEqual(problem(422, 'wrong-code', { guessesLeft: 4 }));

    const right = await ada.call('POST', '/factors/totp/confirm', { body: { code: codeOfApp(url) } });
    expect(answered(right, 200)).toStrictEqual({
      factors: [
        ...factors.slice(0, 2),
        { factor: 'totp', destination: 'authenticator app', confirmed: true },
      ],
      position: expect.any(String),
    });
    const again = await ada.call('POST', '/factors/totp/confirm', { body: { code: codeOfApp(url) } });
    expect(answered(again, 409)).toStrictEqual(problem(409, 'already-confirmed'));
  });

  it('takes a code of the app once, the one that confirmed it included', async () => {
    const ada = new Person(server, rp);
    const url = (await ada.enrol({ totp: { enroll: true } })).totp?.otpauthUrl ?? '';
    const confirming = codeOfApp(url);
    answered(await ada.call('POST', '/factors/totp/confirm', { body: { code: confirming } }), 200);

    const first = await ada.startCheck('change-factors', 'totp');
    answered(await ada.enter(first.checkId, confirming), 422);
    server.clock.advance(30_000);
    answered(await ada.enter(first.checkId, codeOfApp(url)), 200);
    const second = await ada.startCheck('change-factors', 'totp');
    answered(await ada.enter(second.checkId, codeOfApp(url)), 422);
  });

  it('accepts an authenticator secret that the product brings, of enough bits', async () => {
    const ada = new Person(server, rp);
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const weak = await ada.call('PUT', '', { body: { totp: { secret: 'JBSWY3DP' } } });
    expect(answered(weak, 400)).toStrictEqual(
      problem(400, 'request-invalid', {
        errors: [{ pointer: '/totp/secret', detail: 'must be base32 of at least 128 bits' }],
      }),
    );
    const { factors, totp } = await ada.enrol({ totp: { secret } });
    expect(totp).toBeUndefined();
    expect(factors.map(({ factor, confirmed }) => [factor, confirmed])).toStrictEqual([
      ['sms', true],
      ['email', true],
      ['totp', true],
    ]);
    const { checkId } = await ada.startCheck('change-factors', 'totp');
    answered(await ada.enter(checkId, generateSync({ secret, epoch: server.clock.now() / 1000 })), 200);
  });
});

describe.each(PRODUCTS)('a phone number at %s', (rp) => {
  const plainKey = () => server.keyFor(rp, 'accounts', 'passkeys', 'step-up');

  it('is not changed without a fresh proof, and says which', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const next = new Person(server, rp).phone;
    const refused = await ada.call('PUT', '', { key: plainKey(), body: { phone: next } });
    expect(answered(refused, 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'change-factors', parameters: { phone: next } }),
    );
    expect(await ada.typesRecorded()).toStrictEqual(['AccountEnrolled']);
  });

  it('is proposed on a grant of another factor and counts once its own code came back', async () => {
    const ada = new Person(server, rp);
    const { factors } = await ada.enrol();
    const key = plainKey();
    const next = new Person(server, rp).phone;
    const bySms = await ada.grantFor('change-factors', 'sms');
    const self = await ada.call('PUT', '', { key, body: { phone: next, grant: bySms } });
    expect(answered(self, 409)).toStrictEqual(problem(409, 'factor-in-use'));

    const grant = await ada.grantFor('change-factors', 'email');
    const proposed = await ada.call('PUT', '', { key, body: { phone: next, grant } });
    const pending = { factor: 'sms', destination: `+86 1851*****${next.slice(-2)}`, confirmed: false };
    expect(answered(proposed, 200)).toStrictEqual({
      accountId: ada.accountId,
      userHandle: expect.any(String),
      factors: [factors[0], pending, factors[1]],
      position: expect.any(String),
    });
    const spent = await ada.call('PUT', '', { key, body: { email: 'x@example.com', grant } });
    expect(answered(spent, 403)).toStrictEqual(problem(403, 'grant-spent'));

    const [message] = server.messagesTo(next);
    expect(message?.text).toContain('confirm this phone number');
    const code = message?.code ?? '';
    const wrong = await ada.call('POST', '/factors/sms/confirm', { key, body: { code: otherThan(code) } });
    expect(answered(wrong, 422)).toStrictEqual(problem(422, 'wrong-code', { guessesLeft: 4 }));
    const confirmed = await ada.call('POST', '/factors/sms/confirm', { key, body: { code } });
    expect(answered(confirmed, 200)).toStrictEqual({
      factors: [{ ...pending, confirmed: true }, factors[1]],
      position: expect.any(String),
    });
    const read = await ada.call('GET', `?after=${await ada.now()}`);
    expect(answered<{ coolingOff: object }>(read, 200).coolingOff).toStrictEqual({
      phoneChangeUntil: server.clock.in(DAY),
    });

    // The number that was given up is anybody's now, and the new one is nobody else's.
    const other = new Person(server, rp);
    answered(await other.call('PUT', '', { body: { phone: next } }), 409);
    answered(await other.call('PUT', '', { body: { phone: ada.phone } }), 201);
  });

  it('is sent another code on request, after which the first counts no more', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const next = new Person(server, rp).phone;
    answered(await ada.call('PUT', '', { body: { phone: next } }), 200);
    answered(await ada.call('POST', '/factors/sms/confirm', { body: {} }), 200);
    const [second, first] = server.messagesTo(next).map(({ code }) => code ?? '');
    if (first !== second) {
      answered(await ada.call('POST', '/factors/sms/confirm', { body: { code: first } }), 422);
    }
    answered(await ada.call('POST', '/factors/sms/confirm', { body: { code: second } }), 200);
  });

  it('is not confirmed where nothing was proposed', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const confirmed = await ada.call('POST', '/factors/sms/confirm', { body: { code: '123456' } });
    expect(answered(confirmed, 409)).toStrictEqual(problem(409, 'already-confirmed'));
    const absent = await ada.call('POST', '/factors/totp/confirm', { body: { code: '123456' } });
    expect(answered(absent, 404)).toStrictEqual(problem(404, 'check-not-found'));
    const fax = await ada.call('POST', '/factors/fax/confirm', { body: { code: '123456' } });
    expect(answered(fax, 400)).toStrictEqual(
      problem(400, 'request-invalid', { errors: [{ pointer: '/factor', detail: expect.any(String) }] }),
    );
  });

  it('is not taken away where it is the last way in', async () => {
    const ada = new Person(server, rp);
    answered(await ada.call('PUT', '', { body: { phone: ada.phone } }), 201);
    const refused = await ada.call('PUT', '', { body: { phone: null } });
    expect(answered(refused, 409)).toStrictEqual(problem(409, 'last-way-in'));
  });
});

describe.each(PRODUCTS)('an identifier at %s', (rp) => {
  it('belongs to one account, however it is written', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    for (const body of [
      { email: ada.email.toUpperCase() },
      { phone: `${ada.phone.slice(0, 3)} ${ada.phone.slice(3, 6)}-${ada.phone.slice(6)}` },
      { identifiers: [ada.email] },
    ]) {
      const taken = await new Person(server, rp).call('PUT', '', { body });
      expect(answered(taken, 409)).toStrictEqual(problem(409, 'identifier-taken'));
    }
  });

  it('may be held by one account of each product', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const elsewhere = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    answered(await elsewhere.call('PUT', '', { body: { email: ada.email } }), 201);
  });

  it('goes to one of those that ask for it at the same moment', async () => {
    const people = Array.from({ length: 8 }, () => new Person(server, rp));
    const email = `wanted@${rp}.example.com`;
    const answers = await Promise.all(people.map((person) => person.call('PUT', '', { body: { email } })));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([201, ...Array<number>(7).fill(409)]);
  });
});

describe.each(PRODUCTS)('an email at %s that several accounts propose', (rp) => {
  it('is confirmed by one of them', async () => {
    const people = [new Person(server, rp), new Person(server, rp), new Person(server, rp)];
    const email = `proposed@${rp}.example.com`;
    for (const person of people) {
      await person.enrol();
      answered(await person.call('PUT', '', { body: { email } }), 200);
    }
    const codes = server.messagesTo(email).map(({ code }) => code);
    const answers = await Promise.all(
      people.map((person, index) =>
        person.call('POST', '/factors/email/confirm', { body: { code: codes[2 - index] } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, 409, 409]);
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toStrictEqual(problem(409, 'identifier-taken'));
    }
  });
});

describe.each(PRODUCTS)('the path of an account at %s', (rp) => {
  it.each([
    ['an email', 'ada+1@example.com'],
    ['slashes and percent signs', 'a/b%2Fc'],
    ['other scripts', '用户-阿达'],
    ['128 characters', 'a'.repeat(128)],
  ])('holds an id made of %s', async (_what, name) => {
    const path = `/v1/${rp}/accounts/${encodeURIComponent(name)}`;
    const made = answered<Enrolled>(await server.call('PUT', path, { body: {} }), 201);
    expect(made.accountId).toBe(name);
    const read = await server.call('GET', `${path}?after=${made.position}`);
    expect(answered<Enrolled>(read, 200).accountId).toBe(name);
  });

  it.each([
    ['too long', 'a'.repeat(129)],
    ['with a line break', 'a%0Ab'],
    ['with a direction override', 'a%E2%80%AEb'],
  ])('holds no id that is %s', async (_what, name) => {
    const refused = await server.call('PUT', `/v1/${rp}/accounts/${name}`, { body: {} });
    expect(answered(refused, 400)).toStrictEqual(
      problem(400, 'request-invalid', {
        errors: [{ pointer: '/accountId', detail: 'must be 1 to 128 printable characters' }],
      }),
    );
  });

  it('leads nowhere for an account that was never made', async () => {
    const nobody = new Person(server, rp);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['GET', '/factors', undefined],
      ['GET', '/passkeys', undefined],
      ['GET', '/history', undefined],
      ['POST', '/unlock', {}],
      ['POST', '/security-checks', { factor: 'sms', purpose: 'bind-passkey' }],
      ['POST', '/step-ups', { action: 'open-wallet', parameters: {} }],
      ['PATCH', '/passkeys/none', { name: 'x' }],
    ] as const) {
      const answer = await nobody.call(method, path, body === undefined ? {} : { body });
      expect(answered(answer, 404)).toStrictEqual(problem(404, 'account-not-found'));
    }
  });
});
