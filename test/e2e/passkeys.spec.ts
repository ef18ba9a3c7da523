import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Proof, Registered } from '../support/journeys.js';
import {
  answered,
  BROWSER,
  Person,
  personWithPasskey,
  PHONE,
  problem,
  PRODUCTS,
} from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const POLICIES = {
  mpchat: { max: 1, removal: 'reset-only' },
  moomoo: { max: 10, removal: 'with-proof' },
} as const;

async function listed(person: Person): Promise<readonly { passkeyId: string; name: string }[]> {
  const list = await person.call('GET', `/passkeys?after=${await person.now()}`);
  return answered<{ passkeys: readonly { passkeyId: string; name: string }[] }>(list, 200).passkeys;
}

describe.each(PRODUCTS)('a passkey at %s', (rp) => {
  it('is registered with what the platform is told to make, and listed, renamed and used', async () => {
    const ada = new Person(server, rp);
    const { userHandle } = await ada.enrol({ displayName: 'Ada' });
    const started = await ada.startRegistration(await ada.grantFor('bind-passkey'));
    expect(started).toStrictEqual({
      ceremonyId: expect.any(String),
      publicKey: {
        rp: { id: 'localhost', name: rp === 'mpchat' ? 'MPChat' : 'moomoo' },
        user: { id: userHandle, name: 'per***@example.com', displayName: 'Ada' },
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
        timeout: 5 * MINUTE,
        excludeCredentials: [],
        authenticatorSelection: expect.objectContaining({
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        }),
        hints: expect.any(Array),
        attestation: 'none',
        extensions: expect.any(Object),
      },
      expiresAt: server.clock.in(5 * MINUTE),
      position: expect.any(String),
    });

    const made = await ada.register(started.ceremonyId, ada.create(started));
    const [credential] = ada.authenticator.credentials;
    const passkey = {
      passkeyId: expect.any(String),
      name: 'iPhone 15 Pro',
      createdAt: server.clock.in(0),
      lastUsedAt: null,
      provider: null,
      capabilities: ['cross-device', 'scan', 'face'],
      transports: ['hybrid', 'internal'],
      synced: true,
      status: 'active',
    };
    const signals = {
      allAcceptedCredentials: {
        rpId: 'localhost',
        userId: userHandle,
        allAcceptedCredentialIds: [credential?.credentialId],
      },
    };
    expect(answered(made, 201)).toStrictEqual({
      passkey,
      signals,
      returnTo: rp === 'mpchat' ? '/security-center' : '/settings/passkeys',
      position: expect.any(String),
    });
    const { passkeyId } = answered<Registered>(made, 201).passkey;

    server.clock.advance(MINUTE);
    const renamed = await ada.call('PATCH', `/passkeys/${passkeyId}`, { body: { name: '  My phone ' } });
    expect(answered(renamed, 200)).toStrictEqual({
      passkey: { passkeyId, name: 'My phone' },
      position: expect.any(String),
    });
    const { position } = await ada.signIn();
    const list = await ada.call('GET', `/passkeys?after=${position}`);
    expect(answered(list, 200)).toStrictEqual({
      passkeys: [{ ...passkey, passkeyId, name: 'My phone', lastUsedAt: server.clock.in(0) }],
      policy: POLICIES[rp],
    });
    expect(await ada.typesRecorded()).toStrictEqual([
      'AccountEnrolled',
      'SecurityCheckPassed',
      'PasskeyRegistered',
      'PasskeyRenamed',
      'PasskeyUsed',
    ]);
  });

  it('is made once of a grant by those that use it at the same moment', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const grant = await ada.grantFor('bind-passkey');
    const starts = await Promise.all([1, 2, 3, 4].map(() => ada.startRegistration(grant)));
    const answers = await Promise.all(
      starts.map((start) => ada.register(start.ceremonyId, ada.create(start, new SoftwareAuthenticator()))),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([201, 403, 403, 403]);
    for (const { status, body } of answers) {
      if (status === 403) expect(body).toStrictEqual(problem(403, 'grant-spent'));
    }
    expect(await listed(ada)).toHaveLength(1);
    const late = await ada.call('POST', '/passkeys/registrations', {
      body: { grant, device: PHONE, entryPoint: 'security-center' },
    });
    expect(answered(late, 403)).toStrictEqual(problem(403, 'grant-spent'));
  });

  it('is not made of an answer to another challenge, origin, account, product or time', async () => {
    const [ada, eve] = [new Person(server, rp), new Person(server, rp)];
    const elsewhere = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    await Promise.all([ada.enrol(), eve.enrol(), elsewhere.enrol()]);
    const [first, second] = await Promise.all([
      ada.startRegistration(await ada.grantFor('bind-passkey')),
      ada.startRegistration(await ada.grantFor('bind-passkey')),
    ]);
    const credential = ada.create(first);
    const failed = (reason: string) => problem(401, 'verification-failed', { reason });
    const otherChallenge = await ada.register(second.ceremonyId, credential);
    expect(answered(otherChallenge, 401)).toStrictEqual(failed('challenge-mismatch'));
    const phished = new SoftwareAuthenticator().create(first.publicKey, { origin: 'http://localhost.evil' });
    const otherOrigin = await ada.register(first.ceremonyId, phished);
    expect(answered(otherOrigin, 401)).toStrictEqual(failed('origin-not-allowed'));
    for (const person of [eve, elsewhere]) {
      const others = await person.register(first.ceremonyId, credential);
      expect(answered(others, 404)).toStrictEqual(problem(404, 'ceremony-not-found'));
    }
    const altered = await ada.register(`${first.ceremonyId.slice(0, -4)}AAAA`, credential);
    expect(answered(altered, 404)).toStrictEqual(problem(404, 'ceremony-not-found'));
    server.clock.advance(5 * MINUTE);
    const late = await ada.register(first.ceremonyId, credential);
    expect(answered(late, 410)).toStrictEqual(problem(410, 'ceremony-expired'));
    expect(await listed(ada)).toStrictEqual([]);
  });

  it('belongs to one account: its credential is refused to another', async () => {
    const ada = await personWithPasskey(server, rp);
    const [credential] = ada.authenticator.credentials;
    const eve = new Person(server, rp);
    await eve.enrol();
    const started = await eve.startRegistration(await eve.grantFor('bind-passkey'));
    const copied = eve.authenticator.create(started.publicKey, {
      origin: server.origin,
      credentialId: Buffer.from(credential?.credentialId ?? '', 'base64url'),
    });
    const refused = await eve.register(started.ceremonyId, copied);
    expect(answered(refused, 409)).toStrictEqual(problem(409, 'credential-in-use'));
  });

  it.each([
    ['twenty families', '👨‍👩‍👧‍👦'.repeat(20), '👨‍👩‍👧‍👦'.repeat(20)],
    ['combining marks', `  e\u0301${'x'.repeat(19)}`, `\u00e9${'x'.repeat(19)}`],
    ['Chinese', '我的手机', '我的手机'],
  ])('takes a name of %s', async (_what, given, kept) => {
    const ada = await personWithPasskey(server, rp);
    const named = await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name: given } });
    expect(answered<Registered>(named, 200).passkey).toStrictEqual({ passkeyId: ada.passkeyId, name: kept });
    // The name it has already is no event.
    answered(await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name: kept } }), 200);
    expect((await ada.typesRecorded()).filter((type) => type === 'PasskeyRenamed')).toHaveLength(1);
  });

  it('takes no name that is too long, empty or misleading', async () => {
    const ada = await personWithPasskey(server, rp);
    for (const [name, reason] of [
      ['x'.repeat(21), 'too-long'],
      ['👨‍👩‍👧‍👦'.repeat(21), 'too-long'],
      [' \u3164 ', 'empty'],
      ['phone\u202Egpj', 'forbidden-character'],
      ['a\nb', 'forbidden-character'],
    ] as const) {
      const refused = await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name } });
      expect(answered(refused, 422)).toStrictEqual(problem(422, 'name-invalid', { problem: reason }));
    }
    const nothing = await ada.call('PATCH', '/passkeys/made-up', { body: { name: 'x' } });
    expect(answered(nothing, 404)).toStrictEqual(problem(404, 'passkey-not-found'));
  });
});

describe('the only passkey at mpchat', () => {
  it('is neither joined by a second nor removed', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const refused = await ada.call('POST', '/passkeys/registrations', {
      body: { grant: await ada.grantFor('bind-passkey'), device: PHONE, entryPoint: 'security-center' },
    });
    expect(answered(refused, 409)).toStrictEqual(problem(409, 'passkey-limit-reached', { maximum: 1 }));

    const { token } = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    for (const headers of [{}, { 'step-up-token': token }]) {
      const removal = await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers });
      expect(answered(removal, 409)).toStrictEqual(problem(409, 'removal-forbidden'));
    }
    expect(await listed(ada)).toHaveLength(1);
  });

  it('completes the onboarding where the wallet asked for it', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const begun = await ada.call('POST', '/passkeys/registrations', {
      body: { grant: await ada.grantFor('bind-passkey'), device: PHONE, entryPoint: 'wallet-onboarding' },
    });
    const started = answered<Awaited<ReturnType<Person['startRegistration']>>>(begun, 201);
    const made = answered<Registered & { returnTo: string }>(
      await ada.register(started.ceremonyId, ada.create(started)),
      201,
    );
    expect(made.returnTo).toBe('/wallet');
    const account = await ada.call('GET', `?after=${made.position}`);
    expect(answered(account, 200)).toMatchObject({
      passkeyCount: 1,
      onboarding: { completed: true, completedAt: server.clock.in(0) },
    });
  });
});

describe('several passkeys at moomoo', () => {
  it('are added, the one by a code alone not yet for sensitive actions', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const laptop = new SoftwareAuthenticator();
    server.clock.advance(MINUTE);
    await ada.addPasskey('Laptop', laptop);
    expect((await listed(ada)).map(({ name }) => name)).toStrictEqual(['iPhone 15 Pro', 'Laptop']);

    const { stepUpId, publicKey } = await ada.startStepUp('unlock-trading');
    const byLaptop = { credential: ada.answer({ publicKey }, laptop) };
    const tooNew = await ada.passStepUp(stepUpId, byLaptop);
    expect(answered(tooNew, 403)).toStrictEqual(
      problem(403, 'passkey-too-new', { until: server.clock.in(DAY) }),
    );
    const signIn = await ada.startSignIn();
    answered(await ada.finishSignIn(signIn.ceremonyId, ada.answer(signIn, laptop)), 200);
  });

  it('are added by one that vouches for the next, which then approves at once', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { token } = await ada.proofFor('add-passkey');
    const laptop = new SoftwareAuthenticator();
    await ada.addPasskey('Laptop', laptop, { 'step-up-token': token });
    const { stepUpId, publicKey } = await ada.startStepUp('unlock-trading');
    answered(await ada.passStepUp(stepUpId, { credential: ada.answer({ publicKey }, laptop) }), 200);

    // One vouching, one passkey.
    const started = await ada.startRegistration(await ada.grantFor('bind-passkey'), {
      headers: { 'step-up-token': token },
    });
    const third = await ada.register(started.ceremonyId, ada.create(started, new SoftwareAuthenticator()));
    expect(answered(third, 409)).toStrictEqual(problem(409, 'step-up-already-used'));
    const garbage = await ada.call('POST', '/passkeys/registrations', {
      headers: { 'step-up-token': 'garbage' },
      body: { grant: await ada.grantFor('bind-passkey'), device: PHONE, entryPoint: 'security-center' },
    });
    expect(answered(garbage, 404)).toStrictEqual(problem(404, 'step-up-not-found'));
  });

  it('exclude one another, so that no authenticator makes a second', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { publicKey } = await ada.startRegistration(await ada.grantFor('bind-passkey'));
    expect(publicKey.excludeCredentials).toStrictEqual([
      {
        id: ada.authenticator.credentials[0]?.credentialId,
        type: 'public-key',
        transports: ['hybrid', 'internal'],
      },
    ]);
  });

  it('never exceed ten, however many are added at once', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const starts = [];
    for (let count = 0; count < 12; count++) {
      starts.push(await ada.startRegistration(await ada.grantFor('bind-passkey')));
    }
    const answers = await Promise.all(
      starts.map((start) => ada.register(start.ceremonyId, ada.create(start, new SoftwareAuthenticator()))),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([
      ...Array<number>(10).fill(201),
      409,
      409,
    ]);
    expect(await listed(ada)).toHaveLength(10);
  });

  it('are removed on a fresh proof of the very one', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const laptop = await ada.addPasskey('Laptop', new SoftwareAuthenticator());
    const { passkeyId } = laptop.passkey;
    const asked = await ada.call('DELETE', `/passkeys/${passkeyId}`);
    const parameters = { passkeyId };
    expect(answered(asked, 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'remove-passkey', parameters }),
    );

    const forTheOther = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    const forSomethingElse = await ada.proofFor('change-security-settings', parameters);
    for (const { token } of [forTheOther, forSomethingElse, { token: 'garbage' }]) {
      const refused = await ada.call('DELETE', `/passkeys/${passkeyId}`, {
        headers: { 'step-up-token': token },
      });
      expect(answered(refused, 403)).toStrictEqual(
        problem(403, 'step-up-required', { action: 'remove-passkey', parameters }),
      );
    }

    const headers = { 'step-up-token': (await ada.proofFor('remove-passkey', parameters)).token };
    const removed = await ada.call('DELETE', `/passkeys/${passkeyId}`, { headers });
    expect(answered(removed, 200)).toStrictEqual({
      signals: {
        allAcceptedCredentials: {
          rpId: 'localhost',
          userId: expect.any(String),
          allAcceptedCredentialIds: [ada.authenticator.credentials[0]?.credentialId],
        },
      },
      position: expect.any(String),
    });
    const again = await ada.call('DELETE', `/passkeys/${passkeyId}`, { headers });
    expect(answered(again, 404)).toStrictEqual(problem(404, 'passkey-not-found'));
    expect((await listed(ada)).map((passkey) => passkey.passkeyId)).toStrictEqual([ada.passkeyId]);
  });

  it('are removed by a code where the passkey is what was lost', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const parameters = { passkeyId: ada.passkeyId };
    const { stepUpId, methods } = await ada.startStepUp('remove-passkey', parameters);
    expect(methods).toStrictEqual([['passkey'], ['sms']]);
    const grant = await ada.grantFor('step-up', 'sms', stepUpId);
    const { token } = answered<Proof>(await ada.passStepUp(stepUpId, { grant }), 200);
    const headers = { 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers }), 200);

    // Whoever has the code alone must not get on to the owner's money with a passkey of his own.
    const next = new SoftwareAuthenticator();
    await ada.addPasskey('Next', next);
    const withdrawal = await ada.startStepUp('unlock-trading');
    const refused = await ada.passStepUp(withdrawal.stepUpId, { credential: ada.answer(withdrawal, next) });
    expect(answered(refused, 403)).toStrictEqual(
      problem(403, 'passkey-too-new', { until: server.clock.in(DAY) }),
    );
  });
});

describe('a device', () => {
  const check = (rp: string, device: object, entryPoint = 'security-center') =>
    server.call('POST', `/v1/${rp}/accounts/anybody/device-checks`, { body: { device, entryPoint } });

  it.each([
    [
      'mpchat',
      { ...PHONE, osVersion: '15.7' },
      'Your current device system is too old. Please use iOS 16 or Android 14 or later.',
    ],
    [
      'mpchat',
      { platform: 'android', osVersion: '13', appVersion: '1.5.0', appKind: 'mobile' },
      'Your current device system is too old. Please use iOS 16 or Android 14 or later.',
    ],
    [
      'mpchat',
      { ...PHONE, appVersion: '1.4.9' },
      'Your MPChat app is too old. Please update to version 1.5.0 or later.',
    ],
    [
      'moomoo',
      {
        platform: 'windows',
        osVersion: '10.0.19045',
        appVersion: '16.20.16508',
        appKind: 'desktop',
        screenLock: true,
      },
      'Your current device system is too old. Please use iOS 16, Android 9, Windows 11 or HarmonyOS 6.0 or later.',
    ],
    [
      'moomoo',
      { ...PHONE, appVersion: '16.20.25607' },
      'Your moomoo app is too old. Please update to version 16.20.25608 or later.',
    ],
  ])('too old for %s is refused with the policy’s own numbers', async (rp, device, message) => {
    const person = new Person(server, rp === 'mpchat' ? 'mpchat' : 'moomoo');
    await person.enrol();
    const grant = await person.grantFor('bind-passkey');
    const found = {
      code: message.includes('app') ? 'app-too-old' : 'os-too-old',
      message,
      blocking: true,
      remedy: { label: expect.any(String) },
    };
    const refused = await person.call('POST', '/passkeys/registrations', {
      body: { grant, device, entryPoint: 'security-center' },
    });
    expect(answered(refused, 422)).toStrictEqual({
      ...problem(422, 'device-not-eligible', { problems: [found] }),
      detail: message,
    });
    const checked = answered<{ eligible: boolean; problems: unknown }>(await check(rp, device), 200);
    expect([checked.eligible, checked.problems]).toStrictEqual([false, [found]]);
    // The grant survives: the user comes back with a newer device.
    answered(
      await person.call('POST', '/passkeys/registrations', {
        body: { grant, device: BROWSER, entryPoint: 'security-center' },
      }),
      201,
    );
  });

  it('that is fit is told so, with what it can do and what it is for', async () => {
    expect(answered(await check('mpchat', PHONE, 'wallet-onboarding'), 200)).toStrictEqual({
      eligible: true,
      problems: [],
      capabilities: ['cross-device', 'scan', 'face'],
      purposeText: 'Use a Passkey to open your wallet',
    });
    expect(answered(await check('moomoo', BROWSER), 200)).toStrictEqual({
      eligible: true,
      problems: [],
      capabilities: ['cross-device', 'scan'],
      purposeText: 'Protect your trading account and assets with a passkey',
    });
  });

  it('without a screen lock stops at moomoo, and an iPhone without Passwords is advised at mpchat', async () => {
    const unlocked = answered<{ eligible: boolean; problems: { code: string }[] }>(
      await check('moomoo', { ...PHONE, screenLock: false }),
      200,
    );
    expect([unlocked.eligible, unlocked.problems.map(({ code }) => code)]).toStrictEqual([
      false,
      ['no-screen-lock'],
    ]);
    expect(answered(await check('mpchat', { ...PHONE, passwordsApp: false }), 200)).toMatchObject({
      eligible: true,
      problems: [
        {
          code: 'passwords-app-missing',
          blocking: false,
          remedy: {
            label: 'Download Passwords app',
            url: 'https://apps.apple.com/mo/app/passwords/id6473799789',
          },
        },
      ],
    });
  });

  it('is checked at an entry point that the product has', async () => {
    const unknown = await check('moomoo', PHONE, 'wallet-onboarding');
    expect(answered(unknown, 400)).toStrictEqual(
      problem(400, 'request-invalid', {
        errors: [{ pointer: '/entryPoint', detail: 'is not an entry point of this product' }],
      }),
    );
  });
});
