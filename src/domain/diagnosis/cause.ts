import type { DeviceProblemCode } from '../policy/device-check.js';

/** What of a device can stop a ceremony; that something about it is not known stops none. */
export const DEVICE_CAUSES = [
  'platform-not-supported',
  'os-too-old',
  'app-too-old',
  'no-screen-lock',
  'passwords-app-missing',
  'no-passkey-provider',
  'passkey-provider-not-supported',
] as const satisfies readonly DeviceProblemCode[];
export type DeviceCause = (typeof DEVICE_CAUSES)[number];

/** Why a ceremony failed or a prompt never came. Stable: clients act on them; add, never rename. */
export const CAUSES = [
  ...DEVICE_CAUSES,
  'device-not-supported',
  'dismissed',
  'timed-out',
  'interrupted',
  'another-request-open',
  'none-added',
  'none-on-this-device',
  'passkey-invalidated',
  'passkey-removed',
  'passkey-suspended',
  'passkey-unknown',
  'other-account',
  'already-on-this-device',
  'passkey-limit-reached',
  'not-our-site',
  'security-key-without-pin',
  'security-key-blocked',
  'security-key-full',
  'service-fault',
  'sync-off',
  'device-bound-passkey',
  'device-lost',
  'no-factor-available',
  'liveness-rejected',
  'liveness-attempts-used-up',
  'qr-timed-out',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Likeliest first, each once. */
export function ranked(...causes: readonly Cause[]): readonly Cause[] {
  return [...new Set(causes)];
}
