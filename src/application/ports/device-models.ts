import type { Device } from '../../domain/policy/device.js';

export interface DeviceModels {
  /**
   * What people call the device, for the default name of a passkey: `iPhone 15 Pro` for `iPhone16,1`; an
   * unknown model as it was given; without one, the kind of device.
   * @param maximum user-perceived characters
   */
  nameOf(device: Device, maximum: number): string;
}

export const DEVICE_MODELS = Symbol('DeviceModels');
