import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, BROWSER, Person, PHONE, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe('a device', () => {
  const check = (rp: string, device: object, entryPoint = 'security-center', language?: string) =>
    server.call('POST', `/v1/${rp}/accounts/anybody/device-checks`, {
      body: { device, entryPoint },
      ...(language !== undefined && { headers: { 'accept-language': language } }),
    });
  const codesFor = async (rp: string, device: object) =>
    answered<{ eligible: boolean; problems: { code: string }[] }>(await check(rp, device), 200);

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
  ])('M1 and F2: too old for %s is refused with the policy’s own numbers', async (rp, device, message) => {
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

  it('M1 and M2: that is fit is told so, with what it can do and what it is for', async () => {
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

  it('M3 and F2: without a screen lock stops at moomoo, and an iPhone without Passwords is advised at mpchat', async () => {
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

  it.each([
    ['mpchat', { ...PHONE, appVersion: '1.5.0', osVersion: '16' }, []],
    ['mpchat', { ...PHONE, appVersion: '1.5.0', osVersion: '16.0.0' }, []],
    ['moomoo', { ...PHONE, appVersion: '16.20.9999' }, ['app-too-old']],
    ['moomoo', { ...PHONE, appVersion: '16.20.25608' }, []],
    ['moomoo', { ...PHONE, appVersion: '16.21' }, []],
    [
      'moomoo',
      { platform: 'macos', osVersion: '13', appKind: 'desktop', appVersion: '16.20.16508', screenLock: true },
      [],
    ],
    ['moomoo', { ...PHONE, platform: 'harmonyos', osVersion: '5.1' }, ['os-too-old']],
    ['moomoo', { ...PHONE, platform: 'harmonyos', osVersion: '6.0.0' }, []],
    ['mpchat', { ...PHONE, platform: 'harmonyos', osVersion: '6.0.0' }, ['platform-not-supported']],
    [
      'moomoo',
      { platform: 'ios', appKind: 'mobile' },
      ['os-version-unknown', 'app-version-unknown', 'screen-lock-unknown'],
    ],
  ])('M1 and F2: at %s, %j has the problems %j', async (rp, device, problems) => {
    expect((await codesFor(rp, device)).problems.map(({ code }) => code)).toStrictEqual(problems);
  });

  it('M4: on Android is told who can keep its passkeys, and what to do where nobody can', async () => {
    const android = { platform: 'android', osVersion: '14', appVersion: '1.5.0', appKind: 'mobile' };
    const told = async (facts: object) => answered(await check('mpchat', { ...android, ...facts }), 200);
    expect(
      await told({ playServices: true, passkeyProviders: ['com.samsung.android.samsungpass'] }),
    ).toMatchObject({
      eligible: true,
      problems: [],
      passkeyProviders: ['Google Password Manager', 'Samsung Pass'],
    });
    expect(await told({ playServices: false, passkeyProviders: ['Samsung Pass'] })).toMatchObject({
      eligible: true,
      problems: [],
      passkeyProviders: ['Samsung Pass'],
    });
    expect(await told({ playServices: false, passkeyProviders: [] })).toMatchObject({
      eligible: false,
      problems: [
        { code: 'no-passkey-provider', blocking: true, remedy: { label: 'Turn on a passkey provider' } },
      ],
      passkeyProviders: [],
    });
    expect(await told({})).not.toHaveProperty('passkeyProviders');
  });

  it('F12: with a password manager that can’t keep passkeys is told so', async () => {
    const device = {
      platform: 'android',
      osVersion: '12',
      appVersion: '16.20.25608',
      appKind: 'mobile',
      screenLock: true,
      playServices: false,
      passkeyProviders: ['com.onepassword.android'],
    };
    expect((await codesFor('moomoo', device)).problems.map(({ code }) => code)).toStrictEqual([
      'passkey-provider-not-supported',
    ]);
  });

  it('M1 and M2: is answered in Chinese where that is what the user reads', async () => {
    const old = { ...PHONE, osVersion: '15.7' };
    expect(
      answered(await check('mpchat', old, 'wallet-onboarding', 'zh-CN,zh;q=0.9,en;q=0.1'), 200),
    ).toMatchObject({
      problems: [
        { code: 'os-too-old', message: '您当前的设备系统版本过低，请使用 iOS 16或Android 14 或更高版本。' },
      ],
      purposeText: '使用通行密钥开通钱包',
    });
    const person = new Person(server, 'mpchat');
    await person.enrol();
    const refused = await person.call('POST', '/passkeys/registrations', {
      body: { grant: await person.grantFor('bind-passkey'), device: old, entryPoint: 'security-center' },
      headers: { 'accept-language': 'zh' },
    });
    expect(answered<{ detail: string }>(refused, 422).detail).toBe(
      '您当前的设备系统版本过低，请使用 iOS 16或Android 14 或更高版本。',
    );
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
