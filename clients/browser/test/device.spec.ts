import { afterEach, describe, expect, it } from '@jest/globals';
import { detectDevice, deviceTokenFor, keepDeviceToken } from '../src/index.js';

interface Browser {
  readonly userAgent: string;
  readonly maxTouchPoints?: number;
  readonly userAgentData?: object;
  readonly verifiesUser?: boolean;
}

function inBrowser({ verifiesUser = false, maxTouchPoints = 0, ...navigator }: Browser): void {
  const platform = Object.assign(() => undefined, {
    isUserVerifyingPlatformAuthenticatorAvailable: () => Promise.resolve(verifiesUser),
  });
  define('PublicKeyCredential', platform);
  define('navigator', { maxTouchPoints, ...navigator });
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

const hints = (platform: string, platformVersion: string, model = ''): object => ({
  platform,
  getHighEntropyValues: () => Promise.resolve({ platformVersion, model }),
});

afterEach(() => {
  for (const name of ['PublicKeyCredential', 'navigator', 'localStorage'])
    Reflect.deleteProperty(globalThis, name);
});

const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.5';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36';

describe('what a browser says of its device', () => {
  it.each([
    ['an iPhone', { userAgent: IPHONE }, { platform: 'ios', osVersion: '17.5.1', model: 'iPhone' }],
    [
      'an iPad that asks for desktop pages',
      { userAgent: MAC, maxTouchPoints: 5 },
      { platform: 'ios', osVersion: '18.1', model: 'iPad' },
    ],
    ['a Mac', { userAgent: MAC }, { platform: 'macos', model: 'Mac' }],
    ['an Android whose agent was reduced', { userAgent: ANDROID }, { platform: 'android' }],
    [
      'an Android that gives hints',
      { userAgent: ANDROID, userAgentData: hints('Android', '15.0.0', 'Pixel 9') },
      { platform: 'android', osVersion: '15.0.0', model: 'Pixel 9' },
    ],
    [
      'Windows 11',
      { userAgent: 'Windows', userAgentData: hints('Windows', '15.0.0') },
      { platform: 'windows', osVersion: '11', model: 'Windows PC' },
    ],
    [
      'Windows 10',
      { userAgent: 'Windows', userAgentData: hints('Windows', '10.0.0') },
      { platform: 'windows', osVersion: '10', model: 'Windows PC' },
    ],
    [
      'HarmonyOS, which calls itself Android too',
      { userAgent: 'Mozilla/5.0 (Phone; OpenHarmony 5.0) Android' },
      { platform: 'harmonyos', osVersion: '5.0' },
    ],
    ['anything else', { userAgent: 'curl' }, { platform: 'web' }],
  ] as const)('is of %s what it is', async (_what, browser, device) => {
    inBrowser(browser);
    expect(await detectDevice()).toStrictEqual({ appKind: 'web', ...device });
  });

  it('has a screen lock where it verifies its user by itself, and says nothing of one where it doesn’t', async () => {
    inBrowser({ userAgent: MAC, verifiesUser: true });
    expect(await detectDevice()).toStrictEqual({
      platform: 'macos',
      appKind: 'web',
      model: 'Mac',
      screenLock: true,
    });
  });
});

describe('device tokens', () => {
  it('are kept for each account of a product, the one of last time first', () => {
    const kept = new Map<string, string>();
    define('localStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    });
    keepDeviceToken('mpchat', 'ada', 'of-ada');
    keepDeviceToken('mpchat', 'bob', 'of-bob');
    keepDeviceToken('mpchat', 'bob', undefined);
    keepDeviceToken('moomoo', 'ada', 'elsewhere');
    expect(deviceTokenFor('mpchat', 'ada')).toStrictEqual({ deviceToken: 'of-ada' });
    expect(deviceTokenFor('mpchat', undefined)).toStrictEqual({ deviceToken: 'of-bob' });
    expect(deviceTokenFor('mpchat', 'cyd')).toStrictEqual({});
  });

  it('are none where storage is off', () => {
    keepDeviceToken('mpchat', 'ada', 'of-ada');
    expect(deviceTokenFor('mpchat', 'ada')).toStrictEqual({});
  });
});
