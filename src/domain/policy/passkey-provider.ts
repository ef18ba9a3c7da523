import type { Device, Platform } from './device.js';
import { compareVersions } from './version-number.js';

const GOOGLE = 'Google Password Manager';

/** The Android packages that clients report, as people call them. */
const NAMES: Readonly<Record<string, string>> = {
  'com.google.android.gms': GOOGLE,
  'com.samsung.android.samsungpass': 'Samsung Pass',
  'com.samsung.android.samsungpassautofill': 'Samsung Pass',
  'com.agilebits.onepassword': '1Password',
  'com.onepassword.android': '1Password',
  'com.x8bit.bitwarden': 'Bitwarden',
  'com.dashlane': 'Dashlane',
  'proton.android.pass': 'Proton Pass',
};

/** What the systems bring along themselves. Everything else is a third party's. */
const OWN: ReadonlySet<string> = new Set([GOOGLE, 'Samsung Pass', 'iCloud Keychain', 'Apple Passwords']);

/** The first systems that let a third party's password manager keep passkeys. */
const THIRD_PARTIES_FROM: Readonly<Partial<Record<Platform, string>>> = {
  android: '14',
  ios: '17',
  macos: '14',
};

/** Who can keep a passkey on the device, by the names people know; `undefined` where the client can't tell. */
export function passkeyProvidersOf(device: Device): readonly string[] | undefined {
  if (device.playServices === undefined && device.passkeyProviders === undefined) return undefined;
  const told = (device.passkeyProviders ?? []).map((told) =>
    Object.hasOwn(NAMES, told) ? (NAMES[told] ?? told) : told,
  );
  return [...new Set([...(device.playServices === true ? [GOOGLE] : []), ...told])];
}

/**
 * Those that can't keep a passkey, where they are all there is: a third party's password manager on a system that is
 * older than its support for them.
 */
export function unfitProviders(device: Device): readonly string[] {
  const first = THIRD_PARTIES_FROM[device.platform];
  const providers = passkeyProvidersOf(device) ?? [];
  if (first === undefined || providers.length === 0 || providers.some((name) => OWN.has(name))) return [];
  return compareVersions(device.osVersion ?? '', first) === -1 ? providers : [];
}
