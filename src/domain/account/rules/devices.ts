import type { SecretHash } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Device } from '../../policy/device.js';
import type { AccountEvent, DeviceRemoved, DeviceTrusted } from '../events.js';
import type { EnrolledAccount, TrustedDevice } from '../state.js';

/** Nobody has more at hand; it is what keeps the state bounded. */
const MOST_DEVICES = 32;

/** Whatever a client says of itself, only the token that was given to a device makes it that device. */
export function trustedDevice(
  state: EnrolledAccount,
  tokenHash: SecretHash | null,
): TrustedDevice | undefined {
  return tokenHash === null ? undefined : state.devices.find((device) => device.tokenHash === tokenHash);
}

/** Trusts a device. Where there are too many, the one that was used least recently makes room. */
export function trustDevice(
  state: EnrolledAccount,
  at: Instant,
  data: DeviceTrusted['data'],
  device: Device | null,
): readonly AccountEvent[] {
  const replaced =
    state.devices.length < MOST_DEVICES
      ? []
      : state.devices.toSorted((one, other) => one.lastUsedAt - other.lastUsedAt).slice(0, 1);
  return [
    ...replaced.map((oldest) => removeDeviceEvent(oldest, at, 'replaced')),
    { type: 'DeviceTrusted', at, data, personal: { device } },
  ];
}

export function removeDeviceEvent(
  { deviceId, sessions }: TrustedDevice,
  at: Instant,
  why: DeviceRemoved['data']['why'],
): AccountEvent {
  return {
    type: 'DeviceRemoved',
    at,
    data: { deviceId, why, endedSessions: sessions },
    personal: {},
  };
}
