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
