import { describe, expect, it } from '@jest/globals';
import { checkDevice, isEligible } from '../../../src/domain/policy/device-check.js';
import type { Device } from '../../../src/domain/policy/device.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const IPHONE: Device = { platform: 'ios', osVersion: '17.4', appKind: 'mobile', appVersion: '1.5.0' };
const PIXEL: Device = { platform: 'android', osVersion: '14', appKind: 'mobile', appVersion: '1.6.2' };

const { osVersion: _osVersion, ...WITHOUT_SYSTEM_VERSION } = IPHONE;
const { appVersion: _appVersion, ...WITHOUT_APP_VERSION } = IPHONE;
const { appKind: _appKind, ...WITHOUT_APP_KIND } = IPHONE;

const codes = (policy: RelyingParty, device: Device): readonly string[] =>
  checkDevice(policy, device).map(({ code, blocking }) => `${code}${blocking ? ' (blocking)' : ''}`);

describe('the system floor', () => {
  it('names the lowest systems of the wallet when a phone is below', () => {
    expect(checkDevice(mpchat, { ...IPHONE, osVersion: '15.8.3' })).toStrictEqual([
      {
        code: 'os-too-old',
        message: 'Your current device system is too old. Please use iOS 16 or Android 14 or later.',
        blocking: true,
        remedy: { label: 'Update your system and try again' },
      },
    ]);
  });

  it('names the lowest systems of the broker when a phone is below', () => {
    const [problem] = checkDevice(moomoo, {
      ...PIXEL,
      osVersion: '8.1',
      appVersion: '17.0',
      screenLock: true,
    });
    expect(problem?.message).toBe(
      'Your current device system is too old. Please use iOS 16, Android 9, Windows 11 or HarmonyOS 6.0 or later.',
    );
  });

  it.each([
    ['mpchat', 'ios', '16', true],
    ['mpchat', 'ios', '15.99', false],
    ['mpchat', 'android', '14', true],
    ['mpchat', 'android', '13', false],
    ['moomoo', 'android', '9', true],
    ['moomoo', 'android', '8.1.0', false],
    ['moomoo', 'windows', '11', true],
    ['moomoo', 'windows', '10', false],
    ['moomoo', 'windows', '10.0.22631', true],
    ['moomoo', 'windows', '10.0.22000.1', true],
    ['moomoo', 'windows', '10.0.19045', false],
    ['moomoo', 'macos', '12', true],
    ['moomoo', 'harmonyos', '6.0.0', true],
    ['moomoo', 'harmonyos', '5.1', false],
  ] as const)('of %s for %s %s gives eligible %s', (slug, platform, osVersion, eligible) => {
    const device: Device = { platform, osVersion, appVersion: '99.0', screenLock: true };
    expect(isEligible(checkDevice({ mpchat, moomoo }[slug], device))).toBe(eligible);
  });

  it.each([undefined, '', 'Sequoia', '17.4 beta'])('asks an app whose system version is %j', (osVersion) => {
    const device = { ...WITHOUT_SYSTEM_VERSION, ...(osVersion === undefined ? {} : { osVersion }) };
    expect(checkDevice(mpchat, device)).toStrictEqual([
      {
        code: 'os-version-unknown',
        message:
          'We could not tell the version of your device system. MPChat needs iOS 16 or later for passkeys.',
        blocking: true,
        remedy: { label: 'Check your system version' },
      },
    ]);
  });

  it('takes Windows NT 10.0 without a build for neither 10 nor 11', () => {
    const app: Device = { platform: 'windows', osVersion: '10.0', appKind: 'desktop', appVersion: '17.0' };
    expect(codes(moomoo, { ...app, screenLock: true })).toStrictEqual(['os-version-unknown (blocking)']);
    expect(codes(moomoo, { ...app, appKind: 'web' })).toStrictEqual(['os-version-unknown']);
  });

  it('refuses a platform that the product does not list, and says what to use', () => {
    expect(checkDevice(mpchat, { platform: 'harmonyos', osVersion: '6.0' })).toStrictEqual([
      {
        code: 'platform-not-supported',
        message: 'MPChat does not support passkeys on HarmonyOS. Please use iOS 16 or Android 14 or later.',
        blocking: true,
        remedy: { label: 'Use another device' },
      },
    ]);
  });

  it('refuses a browser that hides its system where the product does not list `web`', () => {
    const floors = mpchat.devices.floors.filter(({ platform }) => platform !== 'web');
    const strict = { ...mpchat, devices: { ...mpchat.devices, floors } };
    expect(codes(strict, { platform: 'web' })).toStrictEqual(['platform-not-supported (blocking)']);
  });
});

describe('the app floor', () => {
  it('names the lowest version of the app', () => {
    expect(checkDevice(mpchat, { ...IPHONE, appVersion: '1.4.9' })).toStrictEqual([
      {
        code: 'app-too-old',
        message: 'Your MPChat app is too old. Please update to version 1.5.0 or later.',
        blocking: true,
        remedy: { label: 'Update MPChat and try again' },
      },
    ]);
  });

  it.each([
    ['ios', '17', 'mobile', '16.20.25608', true],
    ['ios', '17', 'mobile', '16.20.25607', false],
    ['ios', '17', 'mobile', '16.20.16508', false],
    ['windows', '11', 'desktop', '16.20.16508', true],
    ['windows', '11', 'desktop', '16.20.9999', false],
    ['macos', '14', 'desktop', '16.20.16507', false],
  ] as const)(
    'of the broker on %s %s for the %s app %s gives %s',
    (platform, osVersion, appKind, appVersion, ok) => {
      const device: Device = { platform, osVersion, appKind, appVersion, screenLock: true };
      expect(isEligible(checkDevice(moomoo, device))).toBe(ok);
    },
  );

  it('asks an app that does not tell its version', () => {
    expect(checkDevice(mpchat, WITHOUT_APP_VERSION)).toStrictEqual([
      {
        code: 'app-version-unknown',
        message: 'We could not tell the version of your MPChat app. Please update to version 1.5.0 or later.',
        blocking: true,
        remedy: { label: 'Update MPChat and try again' },
      },
    ]);
  });

  it('is not escaped by keeping quiet about the kind of app', () => {
    const old = { ...WITHOUT_APP_KIND, appVersion: '1.4.0' };
    expect(codes(mpchat, old)).toStrictEqual(['app-too-old (blocking)']);
    expect(codes(mpchat, { platform: 'ios', osVersion: '17' })).toStrictEqual([
      'app-version-unknown (blocking)',
    ]);
    expect(codes(mpchat, WITHOUT_APP_KIND)).toStrictEqual([]);
  });

  it('does not ask a browser for an app version', () => {
    expect(codes(mpchat, { platform: 'ios', osVersion: '17', appKind: 'web' })).toStrictEqual([]);
  });
});

describe('a desktop browser', () => {
  it.each(['linux', 'macos', 'windows', 'chromeos', 'web'] as const)(
    'on %s that can tell nothing else may create a passkey',
    (platform) => {
      for (const policy of [mpchat, moomoo]) {
        expect(isEligible(checkDevice(policy, { platform, appKind: 'web' }))).toBe(true);
      }
    },
  );
});

describe('several problems', () => {
  it('are all told, what blocks first', () => {
    const device: Device = {
      ...IPHONE,
      osVersion: '15',
      appVersion: '1.0',
      passwordsApp: false,
      screenLock: false,
    };
    expect(codes(mpchat, device)).toStrictEqual([
      'os-too-old (blocking)',
      'app-too-old (blocking)',
      'no-screen-lock',
      'passwords-app-missing',
    ]);
  });
});
