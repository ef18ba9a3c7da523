import type { Capability, Transport } from '../account/events.js';
import type { Device } from './device.js';
import { BIOMETRICS } from './device.js';

/** WebAuthn §5.4.5: part of the device, or apart from it. */
export type Attachment = 'platform' | 'cross-platform';

/** What a passkey's authenticator told of itself when it was made. */
export interface AuthenticatorTraits {
  /** Null where the client didn't say. */
  readonly attachment: Attachment | null;
  readonly transports: readonly Transport[];
}

const IN_HAND: readonly Transport[] = ['ble', 'nfc', 'smart-card', 'usb'];

/** It goes from one device to the next in its owner's hand, and no camera can reach it. */
export function isSecurityKey({ attachment, transports }: AuthenticatorTraits): boolean {
  if (transports.includes('hybrid') || transports.includes('internal')) return false;
  return transports.length > 0
    ? transports.every((transport) => IN_HAND.includes(transport))
    : attachment === 'cross-platform';
}

/** What a passkey of this device will be able to do: be used across devices and by scanning, and read its user. */
export function deviceCapabilities(device: Device): readonly Capability[] {
  const biometrics = BIOMETRICS.filter((biometric) => device.biometrics?.includes(biometric));
  return ['cross-device', 'scan', ...biometrics];
}

/**
 * What a passkey can do, by the authenticator that made it: the biometrics are those of the device that asked only where
 * that device keeps it, and a security key is not found by scanning.
 */
export function passkeyCapabilities(device: Device, traits: AuthenticatorTraits): readonly Capability[] {
  if (isSecurityKey(traits)) return ['cross-device'];
  return traits.attachment === 'cross-platform' ? ['cross-device', 'scan'] : deviceCapabilities(device);
}
