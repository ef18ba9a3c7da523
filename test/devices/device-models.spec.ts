import { describe, expect, it } from '@jest/globals';
import type { Device } from '../../src/domain/policy/device.js';
import { AppleAwareDeviceModels } from '../../src/infrastructure/devices/device-models.js';

const models = new AppleAwareDeviceModels();

describe('the name of a device', () => {
  it.each([
    [{ platform: 'ios', model: 'iPhone16,1' }, 'iPhone 15 Pro'],
    [{ platform: 'ios', model: 'iPhone15,3' }, 'iPhone 14 Pro Max'],
    [{ platform: 'ios', model: 'iPhone18,4' }, 'iPhone Air'],
    [{ platform: 'ios', model: 'iPhone10,3' }, 'iPhone X'],
    [{ platform: 'ios', model: 'iPhone14,6' }, 'iPhone SE'],
    [{ platform: 'ios', model: 'iPad13,8' }, 'iPad Pro (12.9-inch)'],
    [{ platform: 'macos', model: 'Mac15,3' }, 'MacBook Pro'],
    [{ platform: 'ios', model: 'iPhone 15 Pro' }, 'iPhone 15 Pro'],
    [{ platform: 'ios', model: 'iPhone99,1' }, 'iPhone99,1'],
    [{ platform: 'android', model: 'Pixel 9 Pro' }, 'Pixel 9 Pro'],
    [{ platform: 'android', model: 'constructor' }, 'constructor'],
    [{ platform: 'windows', appKind: 'web' }, 'Windows PC'],
    [{ platform: 'ios', model: '  ' }, 'Apple device'],
  ] as const satisfies readonly (readonly [Device, string])[])('%j is called %s', (device, name) => {
    expect(models.nameOf(device, 20)).toBe(name);
  });
});
