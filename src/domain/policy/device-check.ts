import type { DeviceProblemFacts } from '../texts/device-texts.js';
import { DEVICE_TEXTS } from '../texts/device-texts.js';
import type { Language } from '../texts/language.js';
import { anyOf } from '../texts/language.js';
import type { Device } from './device.js';
import { floorFor, PLATFORM_NAMES, systemsNeeded, systemVersion } from './device-floor.js';
import { unfitProviders } from './passkey-provider.js';
import type { DeviceFloor, RelyingParty } from './relying-party.js';
import { compareVersions } from './version-number.js';

/** Stable: clients act on them. */
export const DEVICE_PROBLEMS = [
  'platform-not-supported',
  'os-too-old',
  'os-version-unknown',
  'app-too-old',
  'app-version-unknown',
  'no-screen-lock',
  'screen-lock-unknown',
  'passwords-app-missing',
  'no-passkey-provider',
  'passkey-provider-not-supported',
] as const;
export type DeviceProblemCode = (typeof DEVICE_PROBLEMS)[number];

export interface DeviceProblem {
  readonly code: DeviceProblemCode;
  /** For the user, with the policy's own numbers. */
  readonly message: string;
  /** A passkey can't be created while it lasts; otherwise it is advice. */
  readonly blocking: boolean;
  readonly remedy?: { readonly label: string; readonly url?: string };
}

/** A problem before it is put into words. */
interface Found {
  readonly code: DeviceProblemCode;
  readonly blocking: boolean;
  readonly facts?: Partial<DeviceProblemFacts>;
  readonly url?: string;
}

/**
 * What stands between a device and creating a passkey, worst first; nothing where all is well.
 *
 * A native app knows its versions, so a missing one blocks until it is told. A browser doesn't: its app version
 * isn't asked for and a missing system version is only advice. A screen lock that nobody told of is advice as
 * well, for the ceremony itself demands user verification. Browsers are frozen at Android 10, Windows NT 10.0
 * and macOS 10.15.7 in their user agent; a web client sends the platform version of the high-entropy client
 * hints, or none.
 */
export function checkDevice(
  policy: RelyingParty,
  device: Device,
  language: Language = 'en',
): readonly DeviceProblem[] {
  return problemsOf(policy, device)
    .toSorted((left, right) => Number(right.blocking) - Number(left.blocking))
    .map((found) => inWords(policy, device, found, language));
}

function problemsOf(policy: RelyingParty, device: Device): readonly Found[] {
  const floor = floorFor(policy, device.platform);
  if (floor === undefined) return [{ code: 'platform-not-supported', blocking: true }];
  return [
    systemProblem(floor, device),
    appProblem(floor, device),
    screenLockProblem(policy, device),
    passwordsAppProblem(policy, device),
    providerProblem(device),
  ].filter((problem) => problem !== undefined);
}

function inWords(
  policy: RelyingParty,
  device: Device,
  { code, blocking, facts, url }: Found,
  language: Language,
): DeviceProblem {
  const floor = floorFor(policy, device.platform);
  const { message, remedy } = DEVICE_TEXTS[language][code]({
    product: policy.name,
    platform: PLATFORM_NAMES[language][device.platform],
    systems: systemsNeeded(policy.devices.floors, language),
    system: floor === undefined ? '' : systemsNeeded([floor], language),
    appVersion: '',
    providers: anyOf(unfitProviders(device), language),
    ...facts,
  });
  return { code, message, blocking, remedy: { label: remedy, ...(url !== undefined && { url }) } };
}

export function isEligible(problems: readonly DeviceProblem[]): boolean {
  return problems.every((problem) => !problem.blocking);
}

function systemProblem(floor: DeviceFloor, device: Device): Found | undefined {
  if (floor.osVersion === undefined) return undefined;
  const version = systemVersion(device.platform, device.osVersion ?? '');
  const comparison = version === undefined ? undefined : compareVersions(version, floor.osVersion);
  if (comparison === undefined) return { code: 'os-version-unknown', blocking: !inBrowser(device) };
  return comparison >= 0 ? undefined : { code: 'os-too-old', blocking: true };
}

function appProblem(floor: DeviceFloor, device: Device): Found | undefined {
  const numbers = floor.appVersions;
  // A client that doesn't say what kind of app it is has to meet the number of every kind.
  const needed = device.appKind === undefined ? Object.values(numbers) : [numbers[device.appKind]];
  for (const appVersion of needed) {
    if (appVersion === undefined) continue;
    const comparison = compareVersions(device.appVersion ?? '', appVersion);
    if (comparison !== undefined && comparison >= 0) continue;
    const code = comparison === undefined ? 'app-version-unknown' : 'app-too-old';
    return { code, blocking: true, facts: { appVersion } };
  }
  return undefined;
}

function screenLockProblem(policy: RelyingParty, device: Device): Found | undefined {
  const { screenLockRequired } = policy.devices;
  if (device.screenLock === false) return { code: 'no-screen-lock', blocking: screenLockRequired };
  if (device.screenLock === true || !screenLockRequired || inBrowser(device)) return undefined;
  return { code: 'screen-lock-unknown', blocking: false };
}

function passwordsAppProblem(policy: RelyingParty, device: Device): Found | undefined {
  const url = policy.devices.passwordsAppUrl;
  if (device.platform !== 'ios' || device.passwordsApp !== false || url === undefined) return undefined;
  return { code: 'passwords-app-missing', blocking: false, url };
}

/**
 * Google Password Manager comes with Google Play services; without them another provider must be there. An app
 * can't always tell which are, so only an empty list means that there is none.
 */
function providerProblem(device: Device): Found | undefined {
  if (unfitProviders(device).length > 0) return { code: 'passkey-provider-not-supported', blocking: false };
  const providers = device.passkeyProviders;
  if (device.platform !== 'android' || device.playServices === true) return undefined;
  if (providers === undefined ? device.playServices === undefined : providers.length > 0) return undefined;
  return {
    code: 'no-passkey-provider',
    blocking: providers !== undefined && device.playServices === false,
  };
}

function inBrowser(device: Device): boolean {
  return device.appKind === 'web' || device.platform === 'web';
}
