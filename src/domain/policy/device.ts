export const PLATFORMS = [
  'ios',
  'android',
  'macos',
  'windows',
  'linux',
  'chromeos',
  'harmonyos',
  'web',
] as const;
export type Platform = (typeof PLATFORMS)[number];

export const APP_KINDS = ['mobile', 'desktop', 'web'] as const;
export type AppKind = (typeof APP_KINDS)[number];

export const BIOMETRICS = ['face', 'fingerprint'] as const;
export type Biometric = (typeof BIOMETRICS)[number];

/** What the client says of itself. Nothing here is proof of anything. */
export interface Device {
  readonly deviceId?: string;
  readonly platform: Platform;
  readonly osVersion?: string;
  readonly appVersion?: string;
  readonly appKind?: AppKind;
  /** The maker's identifier (`iPhone16,1`) or the name people know (`iPhone 15 Pro`). */
  readonly model?: string;
  readonly screenLock?: boolean;
  readonly biometrics?: readonly Biometric[];
  /** Whether the system's Passwords app is installed (iOS). */
  readonly passwordsApp?: boolean;
  /** Whether Google Play services are there (Android). */
  readonly playServices?: boolean;
  readonly passkeyProviders?: readonly string[];
}
