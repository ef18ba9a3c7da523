import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Product, SignIn } from '../support/journeys.js';
import { answered, Person, personWithPasskey, PHONE, problem, PRODUCTS } from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { generatePrivateKey } from '../support/software-authenticator-keys.js';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

interface Told {
  readonly diagnosis: { readonly code: string; readonly meaning: string; readonly next: readonly string[] };
  readonly otherCauses: readonly { readonly code: string }[];
  readonly alternatives: readonly string[];
  readonly signals?: object;
}

const NOT_ALLOWED = { error: { name: 'NotAllowedError' }, elapsedMs: 8_000 };
const NO_CREDENTIAL = { error: { name: 'androidx.credentials.exceptions.NoCredentialException' } };

const report = (person: Person, { ceremonyId }: Pick<SignIn, 'ceremonyId'>, body: object, headers = {}) =>
  person.callProduct('POST', `/ceremonies/${ceremonyId}/failures`, { body, headers });
const ask = (person: Person, situation: string, device?: object) =>
  person.call('POST', '/diagnoses', { body: { situation, ...(device && { device }) } });
const codes = (answer: Answer, status = 200): readonly string[] => {
  const { diagnosis, otherCauses } = answered<Told>(answer, status);
  return [diagnosis.code, ...otherCauses.map(({ code }) => code)];
};
const openRegistration = async (person: Person, more: object = {}) => {
  const grant = await person.grantFor('bind-passkey');
  const body = { grant, device: PHONE, entryPoint: 'security-center', ...more };
  return answered<SignIn>(await person.call('POST', '/passkeys/registrations', { body }), 201);
};
const remove = async (person: Person & { readonly passkeyId: string }) => {
  const { token } = await person.proofFor('remove-passkey', { passkeyId: person.passkeyId });
  const headers = { 'step-up-token': token };
  answered(await person.call('DELETE', `/passkeys/${person.passkeyId}`, { headers }), 200);
};
const ACTION = { mpchat: 'open-wallet', moomoo: 'unlock-trading' } as const satisfies Record<Product, string>;

describe('F13: why verification failed', () => {
  it('F13 reason 1: no passkey on this device', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    for (const body of [
      NO_CREDENTIAL,
      {
        error: {
          name: 'ASAuthorizationError',
          nativeCode: 1001,
          message: 'No credentials available for login.',
        },
      },
      { error: { name: 'NotAllowedError' }, elapsedMs: 120 },
      { error: { name: 'NotAllowedError' }, mediation: 'immediate' },
    ]) {
      expect(codes(await report(ada, await ada.startSignIn(), body)).slice(0, 2)).toStrictEqual([
        'none-on-this-device',
        'passkey-invalidated',
      ]);
    }
  });

  it('F13 reason 2: invalidated on the device that had it', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const device = { ...PHONE, deviceId: 'adas-phone' };
    const started = await openRegistration(ada, { device });
    answered(await ada.register(started.ceremonyId, ada.create({ ...started, position: '' } as never)), 201);
    const stepUp = await ada.startStepUp(ACTION.moomoo);
    const told = await report(ada, stepUp, { ...NO_CREDENTIAL, device });
    expect(codes(told)).toStrictEqual(['passkey-invalidated', 'none-on-this-device']);
    expect(answered<Told>(told, 200).diagnosis.next.join(' ')).toContain('set up a new one');
    const elsewhere = await report(ada, stepUp, {
      ...NO_CREDENTIAL,
      device: { ...PHONE, deviceId: 'a-new-one' },
    });
    expect(codes(elsewhere)).toStrictEqual(['none-on-this-device', 'passkey-invalidated']);
  });

  it('F13 reason 3: removed at moomoo and still on the device, in the refusal, in a later report and in a step-up', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const [credential] = ada.authenticator.credentials;
    await remove(ada);
    // The account goes on with another.
    await ada.addPasskey('Spare', new SoftwareAuthenticator());
    const started = await ada.startSignIn();
    const refused = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    const signals = { unknownCredential: { rpId: 'localhost', credentialId: credential?.credentialId } };
    expect(answered(refused, 401)).toStrictEqual(
      problem(401, 'verification-failed', {
        diagnosis: { code: 'passkey-removed', meaning: expect.any(String), next: expect.any(Array) },
        otherCauses: [],
        alternatives: ['password', 'sms'],
        signals,
      }),
    );
    const later = await report(ada, started, NOT_ALLOWED);
    expect([codes(later), answered<Told>(later, 200).signals]).toStrictEqual([['passkey-removed'], signals]);

    const stepUp = await ada.startStepUp(ACTION.moomoo);
    const answer = ada.authenticator.get(
      { ...stepUp.publicKey, allowCredentials: [] },
      { origin: server.origin },
    );
    expect(codes(await ada.passStepUp(stepUp.stepUpId, { credential: answer }), 401)).toStrictEqual([
      'passkey-removed',
    ]);
    expect(codes(await report(ada, stepUp, NOT_ALLOWED))).toStrictEqual(['passkey-removed']);
  });

  it.each(PRODUCTS)('F13 reason 4: a passkey of another account, at %s', async (rp) => {
    const [ada, eve] = [await personWithPasskey(server, rp), await personWithPasskey(server, rp)];
    for (const named of [{ accountId: ada.accountId }, { accountId: 'nobody' }, { identifier: ada.phone }]) {
      const started = await ada.startSignIn(named);
      const refused = await ada.finishSignIn(started.ceremonyId, eve.answer(started));
      expect(codes(refused, 401)).toStrictEqual(['other-account']);
      expect(answered(refused, 401)).not.toHaveProperty('signals');
      expect(codes(await report(ada, started, NOT_ALLOWED))).toStrictEqual(['other-account']);
    }
    const stepUp = await ada.startStepUp(ACTION[rp]);
    const eves = eve.authenticator.get(
      { ...stepUp.publicKey, allowCredentials: [] },
      { origin: server.origin },
    );
    expect(codes(await ada.passStepUp(stepUp.stepUpId, { credential: eves }), 401)).toStrictEqual([
      'other-account',
    ]);
  });

  it('F13 reason 5: a temporary fault of the service', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    for (const error of [
      { name: 'TypeError', message: 'Failed to fetch' },
      { name: 'internal' },
      { name: 'NetworkError' },
    ]) {
      expect(codes(await report(ada, await ada.startSignIn(), { error }))).toStrictEqual(['service-fault']);
    }
  });

  it('F13 reason 6: a security key without a PIN', async () => {
    const key = { transports: ['usb', 'nfc'], backupEligible: false };
    const ada = await personWithPasskey(server, 'moomoo', key);
    const windows = { platform: 'windows', appKind: 'web' };
    const stepUp = await ada.startStepUp(ACTION.moomoo);
    // What Chromium says of it, and at once.
    expect(codes(await report(ada, stepUp, { ...NOT_ALLOWED, elapsedMs: 400, device: windows }))[0]).toBe(
      'security-key-without-pin',
    );
    const signIn = await ada.startSignIn();
    for (const error of [{ name: 'ConstraintError' }, { name: 'CtapError', nativeCode: '0x35' }]) {
      expect(codes(await report(ada, signIn, { error, device: windows }))[0]).toBe(
        'security-key-without-pin',
      );
    }
    const creation = await openRegistration(ada, { storage: 'security-key' });
    expect(codes(await report(ada, creation, { error: { name: 'ConstraintError' } }))[0]).toBe(
      'security-key-without-pin',
    );
  });

  it('F13: a suspended passkey is said to be one', async () => {
    const ada = await personWithPasskey(server, 'moomoo', { backupEligible: false });
    const stepUp = await ada.startStepUp(ACTION.moomoo);
    const signInWith = async (signCount: number) => {
      const started = await ada.startSignIn();
      return ada.finishSignIn(
        started.ceremonyId,
        ada.authenticator.get(started.publicKey, { origin: server.origin, signCount }),
      );
    };
    answered(await signInWith(7), 200);
    expect(codes(await signInWith(7), 403)).toStrictEqual(['passkey-suspended']);
    const passed = await ada.passStepUp(stepUp.stepUpId, { credential: ada.answer(stepUp) });
    expect(codes(passed, 403)).toStrictEqual(['passkey-suspended']);
  });
});

describe('M9: a failure at mpchat', () => {
  it('M9: on an unsupported device is told the floor', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const old = { ...PHONE, osVersion: '15.7' };
    for (const name of ['NotSupportedError', 'NotAllowedError']) {
      const told = await report(ada, await openRegistration(ada), {
        error: { name },
        elapsedMs: 90,
        device: old,
      });
      expect(answered<Told>(told, 200).diagnosis).toStrictEqual({
        code: 'os-too-old',
        meaning: 'Your current device system is too old. Please use iOS 16 or Android 14 or later.',
        next: ['Update your system and try again'],
      });
    }
    expect(codes(await ask(ada, 'cannot-create', old))[0]).toBe('os-too-old');
  });

  it('M9: without the Passwords app links to it', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const device = { ...PHONE, passwordsApp: false };
    const error = { name: 'ASAuthorizationError', nativeCode: '1001' };
    const told = answered<Told>(await report(ada, await openRegistration(ada), { error, device }), 200);
    expect(told.diagnosis.code).toBe('passwords-app-missing');
    expect(told.diagnosis.next).toStrictEqual([
      'Download Passwords app: https://apps.apple.com/mo/app/passwords/id6473799789',
    ]);
  });

  it('M9: of a sheet closed by mistake says to try again or another way', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    for (const body of [
      NOT_ALLOWED,
      { error: { name: 'ASAuthorizationError', nativeCode: 1001 }, elapsedMs: 4_000 },
      { error: { name: 'GetCredentialCancellationException' } },
    ]) {
      const told = await report(ada, await ada.startSignIn(), body);
      expect([codes(told)[0], answered<Told>(told, 200).alternatives]).toStrictEqual([
        'dismissed',
        ['sms', 'email', 'password'],
      ]);
    }
  });

  it('M9: of a passkey that nobody knows has it taken off the device', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const stranger = new SoftwareAuthenticator();
    const options = {
      rp: { id: 'localhost', name: 'MPChat' },
      user: { id: 'AAAA', name: '', displayName: '' },
    };
    stranger.create(
      { ...options, challenge: 'AAAA', pubKeyCredParams: [{ alg: -7, type: 'public-key' }] },
      { origin: server.origin },
    );
    const started = await ada.startSignIn();
    const refused = await ada.finishSignIn(
      started.ceremonyId,
      stranger.get(started.publicKey, { origin: server.origin }),
    );
    expect(codes(refused, 401)).toStrictEqual(['passkey-unknown']);
    expect(answered<Told>(refused, 401).signals).toStrictEqual({
      unknownCredential: { rpId: 'localhost', credentialId: stranger.credentials[0]?.credentialId },
    });
  });

  it('M9: with no passkey on this device points to the QR code', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const told = answered<Told>(await report(ada, await ada.startSignIn(), NO_CREDENTIAL), 200);
    expect([told.diagnosis.code, told.diagnosis.next.join(' ')]).toStrictEqual([
      'none-on-this-device',
      expect.stringContaining('QR code'),
    ]);
  });

  it('M9: of a rejected liveness check says how to pass it', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    expect(codes(await ask(ada, 'liveness-rejected'))).toStrictEqual(['liveness-rejected']);
  });
});

describe('F12: why a passkey can’t be created', () => {
  const app = { ...PHONE, platform: 'android', osVersion: '12', model: 'Pixel 6' };
  it.each([
    [
      'no-screen-lock',
      { ...app, screenLock: false },
      'TYPE_CREATE_PUBLIC_KEY_CREDENTIAL_DOM_EXCEPTION/androidx.credentials.TYPE_CONSTRAINT_ERROR',
    ],
    [
      'passkey-provider-not-supported',
      { ...app, playServices: false, passkeyProviders: ['com.dashlane'] },
      'TYPE_CREATE_CREDENTIAL_PROVIDER_CONFIGURATION_EXCEPTION',
    ],
    ['os-too-old', { ...app, osVersion: '8.1' }, 'TYPE_CREATE_CREDENTIAL_UNSUPPORTED_EXCEPTION'],
  ])('F12: %s', async (code, device, type) => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const error = { name: 'CreateCredentialException', nativeCode: `androidx.credentials.${type}` };
    expect(codes(await report(ada, await openRegistration(ada), { error, device }))[0]).toBe(code);
    expect(codes(await ask(ada, 'cannot-create', device))[0]).toBe(code);
  });
});

describe('F14: why there was no prompt', () => {
  it('F14: none was added, or it was deleted, or this device has none', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    expect(codes(await ask(ada, 'not-prompted', PHONE))[0]).toBe('none-added');
    const bob = await personWithPasskey(server, 'moomoo');
    expect(codes(await ask(bob, 'not-prompted', PHONE))).toStrictEqual([
      'none-on-this-device',
      'passkey-invalidated',
    ]);
    await remove(bob);
    const told = answered<Told>(await ask(bob, 'not-prompted', PHONE), 200);
    expect(told.diagnosis.code).toBe('passkey-removed');
    expect(told.signals).toStrictEqual({
      allAcceptedCredentials: { rpId: 'localhost', userId: expect.any(String), allAcceptedCredentialIds: [] },
    });
  });
});

describe('F15: after signing in by another way', () => {
  it('F15: the invalid passkey is deleted and a new one set up', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const lost = ada.passkeyId;
    const stepUp = await ada.startStepUp('remove-passkey', { passkeyId: lost });
    const grant = await ada.grantFor('step-up', 'sms', stepUp.stepUpId);
    const { token } = answered<{ token: string }>(await ada.passStepUp(stepUp.stepUpId, { grant }), 200);
    const removed = await ada.call('DELETE', `/passkeys/${lost}`, { headers: { 'step-up-token': token } });
    expect(answered<Told>(removed, 200).signals).toStrictEqual({
      allAcceptedCredentials: { rpId: 'localhost', userId: expect.any(String), allAcceptedCredentialIds: [] },
    });
    const { passkey } = await ada.addPasskey('New phone', new SoftwareAuthenticator());
    expect((await ada.passkeys()).map(({ passkeyId }) => passkeyId)).toStrictEqual([passkey.passkeyId]);
  });
});

describe('a diagnosis', () => {
  it('of a sign-in is the same whoever was named, and says nothing of a signature that does not verify', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const bare = new Person(server, 'moomoo');
    await bare.enrol();
    const gone = await personWithPasskey(server, 'moomoo');
    await remove(gone);
    for (const body of [
      NOT_ALLOWED,
      NO_CREDENTIAL,
      { error: { name: 'SomethingElse' }, device: { ...PHONE, deviceId: 'x' } },
    ]) {
      const told = await Promise.all(
        [
          {},
          { accountId: ada.accountId },
          { accountId: 'nobody' },
          { accountId: bare.accountId },
          { identifier: gone.phone },
        ].map(async (named) => (await report(ada, await ada.startSignIn(named), body)).text),
      );
      expect(new Set(told).size).toBe(1);
    }
    // Who knows a removed passkey's id but not its key learns nothing, and neither does a later report.
    const started = await gone.startSignIn();
    const forged = gone.authenticator.get(started.publicKey, {
      origin: server.origin,
      signWith: generatePrivateKey(-7),
    });
    const refused = await gone.finishSignIn(started.ceremonyId, forged);
    expect(answered(refused, 401)).toStrictEqual(problem(401, 'verification-failed'));
    expect(codes(await report(gone, started, NOT_ALLOWED))[0]).toBe('dismissed');
  });

  it('is given in Chinese to who reads Chinese', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const headers = { 'accept-language': 'zh-CN' };
    const told = await report(ada, await ada.startSignIn(), NO_CREDENTIAL, headers);
    expect(answered<Told>(told, 200).diagnosis.meaning).toBe('此设备上没有 MPChat 的通行密钥。');
  });

  it('knows no ceremony of another product or that was altered, and takes no other words', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const elsewhere = await personWithPasskey(server, 'moomoo');
    const foreign = await elsewhere.startSignIn();
    for (const ceremonyId of [foreign.ceremonyId, 'nonsense']) {
      expect(answered(await report(ada, { ceremonyId }, NOT_ALLOWED), 404)).toStrictEqual(
        problem(404, 'ceremony-not-found'),
      );
    }
    const started = await ada.startSignIn();
    for (const body of [
      {},
      { error: {} },
      { ...NOT_ALLOWED, mediation: 'loud' },
      { ...NOT_ALLOWED, elapsedMs: -1 },
    ]) {
      answered(await report(ada, started, body), 400);
    }
    answered(await ask(ada, 'bored'), 400);
    answered(
      await server.call('POST', '/v1/mpchat/accounts/nobody/diagnoses', {
        body: { situation: 'lost-device' },
      }),
      404,
    );
    const key = await server.keyFor('mpchat', 'audit');
    answered(
      await ada.callProduct('POST', `/ceremonies/${started.ceremonyId}/failures`, { key, body: NOT_ALLOWED }),
      403,
    );
  });

  it('is for a page of the ceremonies of its own account only', async () => {
    const [ada, eve] = [await personWithPasskey(server, 'mpchat'), await personWithPasskey(server, 'mpchat')];
    const linked = await ada.call('POST', '/portal-links', {
      body: { entryPoint: 'security-center', returnUrl: `${server.origin}/` },
    });
    const secret = answered<{ url: string }>(linked, 201).url.split('#')[1];
    const opened = await server.call('POST', '/portal/sessions', { key: null, body: { secret } });
    const cookie = opened.headers['set-cookie']?.[0]?.split(';')[0];
    const page = { key: null, headers: { cookie, 'latchkey-portal': '1' } };
    const failed = (ceremonyId: string) =>
      server.call('POST', `/v1/mpchat/ceremonies/${ceremonyId}/failures`, { ...page, body: NOT_ALLOWED });
    const own = await ada.startStepUp('open-wallet');
    expect(codes(await failed(own.ceremonyId))[0]).toBe('dismissed');
    const hers = await eve.startStepUp('open-wallet');
    const anyones = await ada.startSignIn();
    for (const { ceremonyId } of [hers, anyones]) answered(await failed(ceremonyId), 404);
    const asked = await server.call('POST', `/v1/mpchat/accounts/${ada.accountId}/diagnoses`, {
      ...page,
      body: { situation: 'not-prompted' },
    });
    expect(codes(asked)[0]).toBe('none-on-this-device');
  });
});
