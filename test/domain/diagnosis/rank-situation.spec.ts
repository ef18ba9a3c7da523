import { describe, expect, it } from '@jest/globals';
import type { KnownAccount } from '../../../src/domain/diagnosis/known-account.js';
import type { Situation } from '../../../src/domain/diagnosis/rank-situation.js';
import { rankSituation, SITUATIONS } from '../../../src/domain/diagnosis/rank-situation.js';

const ACCOUNT: KnownAccount = {
  passkeys: 'active',
  hadOthers: false,
  full: false,
  seenHere: false,
  securityKeysOnly: false,
  deviceBoundOnly: false,
  attemptsUsedUp: false,
};

describe('a situation', () => {
  it.each<[Situation, Partial<KnownAccount>, readonly string[]]>([
    ['not-prompted', {}, ['none-on-this-device', 'passkey-invalidated']],
    ['not-prompted', { seenHere: true }, ['passkey-invalidated', 'none-on-this-device']],
    ['not-prompted', { passkeys: 'none' }, ['none-added', 'none-on-this-device', 'passkey-invalidated']],
    [
      'not-prompted',
      { passkeys: 'suspended' },
      ['passkey-suspended', 'none-on-this-device', 'passkey-invalidated'],
    ],
    ['cannot-create', {}, ['no-screen-lock', 'passkey-provider-not-supported', 'device-not-supported']],
    [
      'cannot-create',
      { full: true },
      ['passkey-limit-reached', 'no-screen-lock', 'passkey-provider-not-supported', 'device-not-supported'],
    ],
    [
      'cannot-verify',
      {},
      [
        'none-on-this-device',
        'passkey-invalidated',
        'passkey-removed',
        'other-account',
        'service-fault',
        'security-key-without-pin',
      ],
    ],
    [
      'cannot-verify',
      { securityKeysOnly: true },
      [
        'security-key-without-pin',
        'none-on-this-device',
        'passkey-invalidated',
        'passkey-removed',
        'other-account',
        'service-fault',
      ],
    ],
    ['not-synced', {}, ['sync-off', 'device-bound-passkey']],
    ['not-synced', { deviceBoundOnly: true }, ['device-bound-passkey', 'sync-off']],
    ['not-synced', { passkeys: 'none' }, ['none-added', 'sync-off', 'device-bound-passkey']],
    ['asked-for-pin', {}, ['security-key-without-pin']],
    ['lost-device', {}, ['device-lost']],
    ['no-factor', {}, ['no-factor-available']],
    ['liveness-rejected', {}, ['liveness-rejected']],
    ['liveness-rejected', { attemptsUsedUp: true }, ['liveness-attempts-used-up', 'liveness-rejected']],
    ['qr-timed-out', {}, ['qr-timed-out', 'none-on-this-device', 'passkey-invalidated']],
  ])('%s of an account with %j', (situation, account, expected) => {
    expect(rankSituation(situation, { ...ACCOUNT, ...account }, [])).toStrictEqual(expected);
  });

  it.each(SITUATIONS)('%s names what the device lacks where that can be it', (situation) => {
    const causes = rankSituation(situation, ACCOUNT, ['os-too-old']);
    expect(causes.includes('os-too-old')).toBe(
      ['not-prompted', 'cannot-create', 'cannot-verify'].includes(situation),
    );
  });
});
