import type { Device, Platform } from '../../domain/policy/device.js';
import type { DeviceModels } from '../ports/device-models.js';

/** Longer than any name that a maker gives. */
const LONGEST_NAME = 64;

/** A device as its owner may know it again. */
export interface DeviceView {
  /** `iPhone 15 Pro`; where nothing is known, null. */
  readonly name: string | null;
  readonly platform: Platform | null;
  readonly osVersion: string | null;
}

export function deviceView(device: Device | null, models: DeviceModels): DeviceView {
  return {
    name: device === null ? null : models.nameOf(device, LONGEST_NAME),
    platform: device?.platform ?? null,
    osVersion: device?.osVersion ?? null,
  };
}
