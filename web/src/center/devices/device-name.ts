import type { DeviceView } from '../../api/contract.js';
import { text } from '../../texts/texts.js';

/** What a person would call the device, as far as it told. */
export function deviceName({ name, platform, osVersion }: DeviceView): string {
  const system = platform === null ? null : [platform, osVersion].filter(Boolean).join(' ');
  return name ?? system ?? text('devices.unknown');
}
