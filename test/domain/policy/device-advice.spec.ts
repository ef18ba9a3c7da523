import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf, checkDevice } from '../../../src/domain/policy/device-check.js';
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
  it('are always cross-device and scan, then the biometrics that the device has', () => {
    expect(capabilitiesOf({ platform: 'ios' })).toStrictEqual(['cross-device', 'scan']);
    expect(capabilitiesOf({ platform: 'ios', biometrics: ['fingerprint', 'face', 'face'] })).toStrictEqual([
      'cross-device',
      'scan',
      'face',
      'fingerprint',
    ]);
  });
});
