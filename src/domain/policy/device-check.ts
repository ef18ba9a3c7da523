import type { Capability } from '../account/events.js';
import type { Device } from './device.js';
import { BIOMETRICS } from './device.js';
import { floorFor, PLATFORM_NAMES, systemsNeeded, systemVersion } from './device-floor.js';
import type { DeviceFloor, RelyingParty } from './relying-party.js';
import { compareVersions } from './version-number.js';

/** Stable: clients act on them. */
export type DeviceProblemCode =
  | 'platform-not-supported'
  | 'os-too-old'
  | 'os-version-unknown'
  | 'app-too-old'
  | 'app-version-unknown'
  | 'no-screen-lock'
  | 'screen-lock-unknown'
  | 'passwords-app-missing'
  | 'no-passkey-provider';

export interface DeviceProblem {
  readonly code: DeviceProblemCode;
  /** For the user, with the policy's own numbers. */
  readonly message: string;
  /** A passkey can't be created while it lasts; otherwise it is advice. */
  readonly blocking: boolean;
  readonly remedy?: { readonly label: string; readonly url?: string };
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
export function checkDevice(policy: RelyingParty, device: Device): readonly DeviceProblem[] {
  const floor = floorFor(policy, device.platform);
  if (floor === undefined) return [unsupported(policy, device)];
  return [
    systemProblem(policy, floor, device),
    appProblem(policy, floor, device),
    screenLockProblem(policy, device),
    passwordsAppProblem(policy, device),
    providerProblem(policy, device),
  ]
    .filter((problem) => problem !== undefined)
    .sort((left, right) => Number(right.blocking) - Number(left.blocking));
}

export function isEligible(problems: readonly DeviceProblem[]): boolean {
  return problems.every((problem) => !problem.blocking);
}

/**
 * What the list shows of a passkey: it can be used across devices and by scanning, and what the device can read
 * of its user.
 */
export function capabilitiesOf(device: Device): readonly Capability[] {
  const biometrics = BIOMETRICS.filter((biometric) => device.biometrics?.includes(biometric));
  return ['cross-device', 'scan', ...biometrics];
}

function unsupported(policy: RelyingParty, device: Device): DeviceProblem {
  const needed = systemsNeeded(policy.devices.floors);
  const instead = needed === '' ? 'Please use another device.' : `Please use ${needed} or later.`;
  return {
    code: 'platform-not-supported',
    message: `${policy.name} does not support passkeys on ${PLATFORM_NAMES[device.platform]}. ${instead}`,
    blocking: true,
    remedy: { label: 'Use another device' },
  };
}

function systemProblem(policy: RelyingParty, floor: DeviceFloor, device: Device): DeviceProblem | undefined {
  if (floor.osVersion === undefined) return undefined;
  const version = systemVersion(device.platform, device.osVersion ?? '');
  const comparison = version === undefined ? undefined : compareVersions(version, floor.osVersion);
  if (comparison === undefined) {
    return {
      code: 'os-version-unknown',
      message:
        'We could not tell the version of your device system. ' +
        `${policy.name} needs ${systemsNeeded([floor])} or later for passkeys.`,
      blocking: !inBrowser(device),
      remedy: { label: 'Check your system version' },
    };
  }
  if (comparison >= 0) return undefined;
  return {
    code: 'os-too-old',
    message: `Your current device system is too old. Please use ${systemsNeeded(policy.devices.floors)} or later.`,
    blocking: true,
    remedy: { label: 'Update your system and try again' },
  };
}

function appProblem(policy: RelyingParty, floor: DeviceFloor, device: Device): DeviceProblem | undefined {
  const numbers = floor.appVersions;
  // A client that doesn't say what kind of app it is has to meet the number of every kind.
  const needed = device.appKind === undefined ? Object.values(numbers) : [numbers[device.appKind]];
  for (const number of needed) {
    if (number === undefined) continue;
    const comparison = compareVersions(device.appVersion ?? '', number);
    if (comparison !== undefined && comparison >= 0) continue;
    const [code, found] =
      comparison === undefined
        ? (['app-version-unknown', `We could not tell the version of your ${policy.name} app.`] as const)
        : (['app-too-old', `Your ${policy.name} app is too old.`] as const);
    return {
      code,
      message: `${found} Please update to version ${number} or later.`,
      blocking: true,
      remedy: { label: `Update ${policy.name} and try again` },
    };
  }
  return undefined;
}

function screenLockProblem(policy: RelyingParty, device: Device): DeviceProblem | undefined {
  const remedy = { label: 'Set a screen lock in your device settings' };
  if (device.screenLock === false) {
    return {
      code: 'no-screen-lock',
      message:
        'No screen lock is set up on your device. Set a passcode, fingerprint or face recognition and try again.',
      blocking: policy.devices.screenLockRequired,
      remedy,
    };
  }
  if (device.screenLock === true || !policy.devices.screenLockRequired || inBrowser(device)) return undefined;
  return {
    code: 'screen-lock-unknown',
    message:
      'Please make sure that your device has a screen lock: a passcode, fingerprint or face recognition.',
    blocking: false,
    remedy,
  };
}

function passwordsAppProblem(policy: RelyingParty, device: Device): DeviceProblem | undefined {
  const url = policy.devices.passwordsAppUrl;
  if (device.platform !== 'ios' || device.passwordsApp !== false || url === undefined) return undefined;
  return {
    code: 'passwords-app-missing',
    message: 'Before adding a Passkey, please make sure the Passwords app is installed on your iPhone.',
    blocking: false,
    remedy: { label: 'Download Passwords app', url },
  };
}

/**
 * Google Password Manager comes with Google Play services; without them another provider must be there. An app
 * can't always tell which are, so only an empty list means that there is none.
 */
function providerProblem(policy: RelyingParty, device: Device): DeviceProblem | undefined {
  const providers = device.passkeyProviders;
  if (device.platform !== 'android' || device.playServices === true) return undefined;
  if (providers === undefined ? device.playServices === undefined : providers.length > 0) return undefined;
  return {
    code: 'no-passkey-provider',
    message:
      `${policy.name} found neither Google Play services nor another passkey provider such as Samsung Pass ` +
      'on your phone. Install or update Google Play services, or turn on a passkey provider in ' +
      'Settings > Passwords & accounts.',
    blocking: providers !== undefined && device.playServices === false,
    remedy: { label: 'Turn on a passkey provider' },
  };
}

function inBrowser(device: Device): boolean {
  return device.appKind === 'web' || device.platform === 'web';
}
