import { unreachable } from '../kernel/exhaustive.js';
import type { Cause, DeviceCause } from './cause.js';
import { ranked } from './cause.js';
import type { KnownAccount } from './known-account.js';
import { absence, accountCauses } from './known-account.js';

/** What a user may ask about without a ceremony having failed. Stable: add, never rename. */
export const SITUATIONS = [
  'not-prompted',
  'cannot-create',
  'cannot-verify',
  'not-synced',
  'asked-for-pin',
  'lost-device',
  'no-factor',
  'liveness-rejected',
  'qr-timed-out',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** The causes that fit, likeliest first; never none. */
export function rankSituation(
  situation: Situation,
  account: KnownAccount,
  deviceCauses: readonly DeviceCause[],
): readonly Cause[] {
  switch (situation) {
    case 'not-prompted':
      return ranked(...accountCauses(account), ...deviceCauses, ...absence(account));
    case 'cannot-create': {
      const limit: readonly Cause[] = account.full ? ['passkey-limit-reached'] : [];
      const usual = ['no-screen-lock', 'passkey-provider-not-supported', 'device-not-supported'] as const;
      return ranked(...deviceCauses, ...limit, ...usual);
    }
    case 'cannot-verify':
      return ranked(
        ...accountCauses(account),
        ...deviceCauses,
        ...(account.securityKeysOnly ? (['security-key-without-pin'] as const) : []),
        ...absence(account),
        'passkey-removed',
        'other-account',
        'service-fault',
        'security-key-without-pin',
      );
    case 'not-synced':
      return account.deviceBoundOnly
        ? ranked('device-bound-passkey', 'sync-off')
        : ranked(...accountCauses(account), 'sync-off', 'device-bound-passkey');
    case 'asked-for-pin':
      return ['security-key-without-pin'];
    case 'lost-device':
      return ['device-lost'];
    case 'no-factor':
      return ['no-factor-available'];
    case 'liveness-rejected':
      return account.attemptsUsedUp
        ? ['liveness-attempts-used-up', 'liveness-rejected']
        : ['liveness-rejected'];
    case 'qr-timed-out':
      return ranked('qr-timed-out', ...absence(account));
    default:
      return unreachable(situation);
  }
}
