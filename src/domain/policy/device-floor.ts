import type { Language } from '../texts/language.js';
import { anyOf } from '../texts/language.js';
import type { Platform } from './device.js';
import type { DeviceFloor, RelyingParty } from './relying-party.js';

const SYSTEMS = {
  ios: 'iOS',
  android: 'Android',
  macos: 'macOS',
  windows: 'Windows',
  linux: 'Linux',
  chromeos: 'ChromeOS',
  harmonyos: 'HarmonyOS',
} as const satisfies Partial<Record<Platform, string>>;

export const PLATFORM_NAMES: Readonly<Record<Language, Readonly<Record<Platform, string>>>> = {
  en: { ...SYSTEMS, web: 'this browser' },
  zh: { ...SYSTEMS, web: '此浏览器' },
};

export function floorFor(policy: RelyingParty, platform: Platform): DeviceFloor | undefined {
  return policy.devices.floors.find((floor) => floor.platform === platform);
}

/** The systems that have a lowest version, with it: `iOS 16 or Android 14`. Empty where none has. */
export function systemsNeeded(floors: readonly DeviceFloor[], language: Language = 'en'): string {
  const systems = floors.flatMap(({ platform, osVersion }) =>
    osVersion === undefined ? [] : [`${PLATFORM_NAMES[language][platform]} ${osVersion}`],
  );
  return anyOf(systems, language);
}

const FIRST_WINDOWS_11_BUILD = 22_000;
const WINDOWS_NT_10 = /^10\.0(?:\.(\d{1,9})(?:\.\d{1,9})?)?$/;

/**
 * The version that people and policies speak of. Windows 10 and 11 both report NT 10.0 and differ in the build
 * only, so `10.0.22631` is Windows 11, `10.0.19045` is Windows 10, and `10.0` alone, which browsers are frozen
 * at, says neither.
 * @returns `undefined` where what was reported doesn't tell
 */
export function systemVersion(platform: Platform, reported: string): string | undefined {
  if (platform !== 'windows') return reported;
  const kernel = WINDOWS_NT_10.exec(reported);
  if (kernel === null) return reported;
  const build = kernel[1];
  if (build === undefined) return undefined;
  return Number(build) >= FIRST_WINDOWS_11_BUILD ? '11' : '10';
}
