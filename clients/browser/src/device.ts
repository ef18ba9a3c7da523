import { platformAuthenticatorIsAvailable } from '@simplewebauthn/browser';

export type Platform = 'ios' | 'android' | 'macos' | 'windows' | 'linux' | 'chromeos' | 'harmonyos' | 'web';

/** What this browser can honestly say of its device: the `device` of the calls. Biometrics are not visible to a page. */
export interface Device {
  readonly platform: Platform;
  readonly osVersion?: string;
  readonly appKind: 'web';
  readonly model?: string;
  /** True where it verifies its user by itself; absent where a page can't tell. */
  readonly screenLock?: true;
  readonly deviceToken?: string;
}

interface HighEntropyValues {
  readonly platformVersion?: string;
  readonly model?: string;
}

/** User-Agent Client Hints, in Chromium only. */
interface UserAgentData {
  readonly platform: string;
  getHighEntropyValues(hints: readonly string[]): Promise<HighEntropyValues>;
}

const HINTED_PLATFORMS: Readonly<Record<string, Platform>> = {
  Android: 'android',
  'Chrome OS': 'chromeos',
  'Chromium OS': 'chromeos',
  iOS: 'ios',
  Linux: 'linux',
  macOS: 'macos',
  Windows: 'windows',
};

/** The order counts: HarmonyOS calls itself Android too, and ChromeOS and Android call themselves Linux. */
const USER_AGENT_PLATFORMS: readonly (readonly [RegExp, Platform])[] = [
  [/HarmonyOS|OpenHarmony/i, 'harmonyos'],
  [/Android/, 'android'],
  [/iPhone|iPad|iPod/, 'ios'],
  [/CrOS/, 'chromeos'],
  [/Windows/, 'windows'],
  [/Macintosh/, 'macos'],
  [/Linux|X11/, 'linux'],
];

/** `Android 10; K` is what reduced user agents say whatever the version. */
const USER_AGENT_VERSIONS: Readonly<Partial<Record<Platform, RegExp>>> = {
  harmonyos: /(?:Harmony(?:OS)?)[ /]?(\d+(?:\.\d+)*)/i,
  android: /Android (?!10; K\))(\d+(?:\.\d+)*)/,
  ios: /OS (\d+(?:_\d+)*) like Mac|Version\/(\d+(?:\.\d+)*)/,
};

const MODELS: Readonly<Partial<Record<Platform, string>>> = {
  macos: 'Mac',
  windows: 'Windows PC',
  linux: 'Linux PC',
  chromeos: 'Chromebook',
};

/** The device this page runs on, for device checks and wherever else a call takes `device`. */
export async function detectDevice(): Promise<Device> {
  const { userAgent, maxTouchPoints } = navigator;
  const hints = (navigator as Navigator & { userAgentData?: UserAgentData }).userAgentData;
  const detected =
    (await fromHints(hints).catch(() => undefined)) ?? fromUserAgent(userAgent, maxTouchPoints);
  return { ...detected, ...((await verifiesUser()) && { screenLock: true }) };
}

/** An authenticator of the device's own that verifies its user has a screen lock to do it by (WebAuthn L3 §5.1.7). */
async function verifiesUser(): Promise<boolean> {
  return platformAuthenticatorIsAvailable().catch(() => false);
}

async function fromHints(hints: UserAgentData | undefined): Promise<Device | undefined> {
  const platform = HINTED_PLATFORMS[hints?.platform ?? ''];
  if (hints === undefined || platform === undefined) return undefined;
  const { platformVersion = '', model = '' } = await hints.getHighEntropyValues(['platformVersion', 'model']);
  const osVersion = platform === 'windows' ? windowsVersion(platformVersion) : platformVersion;
  return deviceOf(platform, osVersion, model);
}

/** https://learn.microsoft.com/microsoft-edge/web-platform/how-to-detect-win11: 13 and up is Windows 11. */
function windowsVersion(platformVersion: string): string {
  const major = Number.parseInt(platformVersion, 10);
  if (Number.isNaN(major)) return '';
  if (major >= 13) return '11';
  return major >= 1 ? '10' : '8';
}

function fromUserAgent(userAgent: string, touchPoints: number): Device {
  const named = USER_AGENT_PLATFORMS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'web';
  // An iPad asks for desktop pages as a Mac; no Mac has a touch screen.
  const platform = named === 'macos' && touchPoints > 1 ? 'ios' : named;
  const version = USER_AGENT_VERSIONS[platform]?.exec(userAgent);
  const osVersion = (version?.[1] ?? version?.[2] ?? '').replaceAll('_', '.');
  const model = platform === 'ios' ? (userAgent.includes('iPhone') ? 'iPhone' : 'iPad') : '';
  return deviceOf(platform, osVersion, model);
}

function deviceOf(platform: Platform, osVersion: string, model: string): Device {
  const named = model === '' ? MODELS[platform] : model;
  return {
    platform,
    appKind: 'web',
    ...(osVersion === '' ? {} : { osVersion }),
    ...(named === undefined ? {} : { model: named }),
  };
}
