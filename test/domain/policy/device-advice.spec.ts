import { describe, expect, it } from '@jest/globals';
import { deviceCapabilities, passkeyCapabilities } from '../../../src/domain/policy/capabilities.js';
import { checkDevice } from '../../../src/domain/policy/device-check.js';
import { passkeyProvidersOf } from '../../../src/domain/policy/passkey-provider.js';
import type { Device } from '../../../src/domain/policy/device.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const IPHONE: Device = { platform: 'ios', osVersion: '17.4', appKind: 'mobile', appVersion: '1.5.0' };
const PIXEL: Device = { platform: 'android', osVersion: '14', appKind: 'mobile', appVersion: '1.6.2' };

const codes = (policy: RelyingParty, device: Device): readonly string[] =>
  checkDevice(policy, device).map(({ code, blocking }) => `${code}${blocking ? ' (blocking)' : ''}`);

describe('the screen lock', () => {
  const phone: Device = { ...IPHONE, appVersion: '17.0' };

  it('must be there where the product asks for it', () => {
    expect(checkDevice(moomoo, { ...phone, screenLock: false })).toStrictEqual([
      {
        code: 'no-screen-lock',
        message:
          'No screen lock is set up on your device. Set a passcode, fingerprint or face recognition and try again.',
        blocking: true,
        remedy: { label: 'Set a screen lock in your device settings' },
      },
    ]);
  });

  it('is advice where the product does not ask for it', () => {
    expect(codes(mpchat, { ...IPHONE, screenLock: false })).toStrictEqual(['no-screen-lock']);
  });

  it('is advice to an app that cannot tell, and no matter of a browser', () => {
    expect(codes(moomoo, phone)).toStrictEqual(['screen-lock-unknown']);
    expect(codes(moomoo, { ...phone, appKind: 'web' })).toStrictEqual([]);
  });
});

describe('the passkey provider', () => {
  it('on an iPhone without the Passwords app is linked to', () => {
    expect(checkDevice(mpchat, { ...IPHONE, passwordsApp: false })).toStrictEqual([
      {
        code: 'passwords-app-missing',
        message: 'Before adding a Passkey, please make sure the Passwords app is installed on your iPhone.',
        blocking: false,
        remedy: {
          label: 'Download Passwords app',
          url: 'https://apps.apple.com/mo/app/passwords/id6473799789',
        },
      },
    ]);
  });

  it('is not asked of an iPhone where the product has no link, nor of another platform', () => {
    expect(
      codes(moomoo, { ...IPHONE, appVersion: '17.0', screenLock: true, passwordsApp: false }),
    ).toStrictEqual([]);
    expect(codes(mpchat, { ...PIXEL, passwordsApp: false })).toStrictEqual([]);
  });

  it.each([
    ['with Google Play services', { playServices: true }, []],
    ['with Samsung Pass instead', { playServices: false, passkeyProviders: ['Samsung Pass'] }, []],
    ['that tells nothing', {}, []],
    ['without Play services that cannot tell the rest', { playServices: false }, ['no-passkey-provider']],
    [
      'that found no provider and cannot tell Play services',
      { passkeyProviders: [] },
      ['no-passkey-provider'],
    ],
    ['with none at all', { playServices: false, passkeyProviders: [] }, ['no-passkey-provider (blocking)']],
  ])('on an Android phone %s', (_which, facts, expected) => {
    expect(codes(mpchat, { ...PIXEL, ...facts })).toStrictEqual(expected);
  });

  it('says what to do when there is none', () => {
    const [problem] = checkDevice(mpchat, { ...PIXEL, playServices: false, passkeyProviders: [] });
    expect(problem?.message).toBe(
      'MPChat found neither Google Play services nor another passkey provider such as Samsung Pass on your phone. ' +
        'Install or update Google Play services, or turn on a passkey provider in Settings > Passwords & accounts.',
    );
  });
});

describe('capabilities', () => {
  const iphone: Device = { platform: 'ios', biometrics: ['fingerprint', 'face', 'face'] };

  it('are always cross-device and scan, then the biometrics that the device has', () => {
    expect(deviceCapabilities({ platform: 'ios' })).toStrictEqual(['cross-device', 'scan']);
    expect(deviceCapabilities(iphone)).toStrictEqual(['cross-device', 'scan', 'face', 'fingerprint']);
  });

  it.each([
    [
      'the device itself',
      'platform',
      ['internal', 'hybrid'],
      ['cross-device', 'scan', 'face', 'fingerprint'],
    ],
    ['who knows what', null, [], ['cross-device', 'scan', 'face', 'fingerprint']],
    ['another phone', 'cross-platform', ['internal', 'hybrid'], ['cross-device', 'scan']],
    ['a security key', 'cross-platform', ['usb', 'nfc'], ['cross-device']],
    ['a security key whose client says no more', null, ['usb'], ['cross-device']],
    ['a security key that names no transport', 'cross-platform', [], ['cross-device']],
  ] as const)('of a passkey kept by %s are that one’s', (_where, attachment, transports, expected) => {
    expect(passkeyCapabilities(iphone, { attachment, transports })).toStrictEqual(expected);
  });
});

describe('a password manager of a third party', () => {
  it.each([
    ['android', '13', { playServices: false, passkeyProviders: ['com.onepassword.android'] }, true],
    ['android', '14', { playServices: false, passkeyProviders: ['com.onepassword.android'] }, false],
    ['android', '13', { playServices: true, passkeyProviders: ['com.onepassword.android'] }, false],
    ['android', '13', { passkeyProviders: ['com.samsung.android.samsungpass'] }, false],
    ['ios', '16.7', { passkeyProviders: ['Dashlane'] }, true],
    ['ios', '17', { passkeyProviders: ['Dashlane'] }, false],
    ['ios', '16.7', { passkeyProviders: ['Dashlane', 'iCloud Keychain'] }, false],
    ['windows', '11', { passkeyProviders: ['Dashlane'] }, false],
  ] as const)('on %s %s with %j is told to be unfit: %s', (platform, osVersion, facts, unfit) => {
    const device: Device = { platform, osVersion, appVersion: '99', screenLock: true, ...facts };
    expect(codes(moomoo, device)).toStrictEqual(unfit ? ['passkey-provider-not-supported'] : []);
  });

  it('is named', () => {
    const device: Device = {
      ...PIXEL,
      osVersion: '13',
      appVersion: '99',
      screenLock: true,
      passkeyProviders: ['com.dashlane'],
    };
    expect(checkDevice(moomoo, device)).toStrictEqual([
      {
        code: 'passkey-provider-not-supported',
        message:
          "Dashlane can't keep passkeys on this version of your system. Choose the system’s own password manager " +
          'in your device settings, or update your system.',
        blocking: false,
        remedy: { label: 'Choose another password manager' },
      },
    ]);
  });
});

describe('what is told of who keeps passkeys', () => {
  it.each([
    [{ platform: 'android' }, undefined],
    [{ platform: 'android', playServices: true }, ['Google Password Manager']],
    [{ platform: 'android', playServices: false }, []],
    [
      {
        platform: 'android',
        playServices: true,
        passkeyProviders: ['com.google.android.gms', 'com.samsung.android.samsungpass'],
      },
      ['Google Password Manager', 'Samsung Pass'],
    ],
    [
      { platform: 'android', passkeyProviders: ['Samsung Pass', 'com.example.vault'] },
      ['Samsung Pass', 'com.example.vault'],
    ],
    [{ platform: 'android', passkeyProviders: ['constructor'] }, ['constructor']],
  ] as const satisfies readonly (readonly [Device, readonly string[] | undefined])[])(
    '%j is %j',
    (device, names) => {
      expect(passkeyProvidersOf(device)).toStrictEqual(names);
    },
  );
});

describe('in Chinese', () => {
  it('are the same numbers', () => {
    const [problem] = checkDevice(mpchat, { ...IPHONE, osVersion: '15' }, 'zh');
    expect(problem).toStrictEqual({
      code: 'os-too-old',
      message: '您当前的设备系统版本过低，请使用 iOS 16或Android 14 或更高版本。',
      blocking: true,
      remedy: { label: '更新系统后重试' },
    });
  });
});
