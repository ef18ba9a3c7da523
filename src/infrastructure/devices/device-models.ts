import type { DeviceModels } from '../../application/ports/device-models.js';
import type { Device } from '../../domain/policy/device.js';
import { defaultPasskeyName } from '../../domain/policy/passkey-name.js';
import { APPLE_MODELS } from './apple-models.js';

export class AppleAwareDeviceModels implements DeviceModels {
  nameOf(device: Device, maximum: number): string {
    const identifier = device.model ?? '';
    const known = Object.hasOwn(APPLE_MODELS, identifier) ? APPLE_MODELS[identifier] : undefined;
    return defaultPasskeyName(device, known, maximum);
  }
}
