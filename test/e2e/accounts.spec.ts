import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import type { Enrolled } from '../support/journeys.js';
import { answered, otherThan, Person, problem, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

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
      locale: null,
      status: 'active',
      factors,
      passkeyCount: 0,
      lockedUntil: null,
      lockReason: null,
      coolingOff: { phoneChangeUntil: null, emailChangeUntil: null, resetUntil: null },
      resetRequired: false,
      openReset: null,
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
