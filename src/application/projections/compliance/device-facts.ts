import type { Device } from '../../../domain/policy/device.js';
import { isVersion } from '../../../domain/policy/version-number.js';

/** Of a device, what a policy's floors are about. */
export type DeviceFacts = Pick<Device, 'platform' | 'osVersion' | 'appVersion' | 'appKind' | 'screenLock'>;

/** What stands for a device of which nothing is known, because the account was erased. */
export const UNKNOWN = '';

/** The same facts give the same text. What is no version number says nothing of a version, and may say something of a person. */
export function textOfFacts({ platform, osVersion, appVersion, appKind, screenLock }: Device): string {
  return JSON.stringify([
    platform,
    osVersion !== undefined && isVersion(osVersion) ? osVersion : null,
    appVersion !== undefined && isVersion(appVersion) ? appVersion : null,
    appKind ?? null,
    screenLock ?? null,
  ]);
}

export function factsOfText(text: string): DeviceFacts {
  const [platform, osVersion, appVersion, appKind, screenLock] = JSON.parse(text) as [
    Device['platform'],
    string | null,
    string | null,
    NonNullable<Device['appKind']> | null,
    boolean | null,
  ];
  return {
    platform,
    ...(osVersion !== null && { osVersion }),
    ...(appVersion !== null && { appVersion }),
    ...(appKind !== null && { appKind }),
    ...(screenLock !== null && { screenLock }),
  };
}
