import { describe, expect, it } from '@jest/globals';
import type { KnownAccount } from '../../../src/domain/diagnosis/known-account.js';
import type { FailedCeremony } from '../../../src/domain/diagnosis/rank-failure.js';
import { rankFailure } from '../../../src/domain/diagnosis/rank-failure.js';

const ACCOUNT: KnownAccount = {
  passkeys: 'active',
  hadOthers: false,
  full: false,
  seenHere: false,
  securityKeysOnly: false,
  deviceBoundOnly: false,
  attemptsUsedUp: false,
};
const FAILED: FailedCeremony = {
  ceremony: 'sign-in',
  kind: 'not-allowed',
  elapsed: 8_000,
  mediation: null,
  device: { platform: 'ios' },
  deviceCauses: [],
  bySecurityKey: false,
  account: null,
  found: null,
};
const MINUTES = 60_000;

const causes = (told: Partial<FailedCeremony>) => rankFailure({ ...FAILED, ...told });

describe('in a sign-in', () => {
  it.each<[string, Partial<FailedCeremony>, readonly string[]]>([
    [
      'an ambiguous refusal after a while',
      {},
      ['dismissed', 'none-on-this-device', 'passkey-invalidated', 'security-key-without-pin', 'timed-out'],
    ],
    [
      'one that nobody can have caused',
      { elapsed: 200 },
      ['none-on-this-device', 'passkey-invalidated', 'security-key-without-pin', 'dismissed'],
    ],
    [
      'one where nothing is shown without a passkey',
      { mediation: 'immediate', elapsed: null },
      ['none-on-this-device', 'passkey-invalidated', 'security-key-without-pin', 'dismissed'],
    ],
    [
      'one when the time was up',
      { elapsed: 5 * MINUTES - 1_000 },
      ['timed-out', 'dismissed', 'none-on-this-device', 'passkey-invalidated'],
    ],
    [
      'one of unknown length',
      { elapsed: null },
      ['dismissed', 'none-on-this-device', 'passkey-invalidated', 'security-key-without-pin', 'timed-out'],
    ],
    ['a cancellation', { kind: 'closed' }, ['dismissed', 'none-on-this-device', 'passkey-invalidated']],
    ['no credential', { kind: 'no-credential' }, ['none-on-this-device', 'passkey-invalidated']],
    ['a security key without a PIN', { kind: 'pin-not-set' }, ['security-key-without-pin']],
    [
      'no way to verify, on a desktop',
      { kind: 'no-verification', device: { platform: 'windows' } },
      ['security-key-without-pin', 'no-screen-lock'],
    ],
    [
      'no way to verify, on a phone',
      { kind: 'no-verification' },
      ['no-screen-lock', 'security-key-without-pin'],
    ],
    ['a service that does not answer', { kind: 'service' }, ['service-fault']],
    [
      'a device below the floor',
      { deviceCauses: ['os-too-old'], elapsed: 50 },
      ['os-too-old', 'none-on-this-device', 'passkey-invalidated', 'security-key-without-pin', 'dismissed'],
    ],
    ['a browser without passkeys', { kind: 'not-supported' }, ['device-not-supported']],
    ['a foreign page', { kind: 'foreign-site' }, ['not-our-site', 'service-fault']],
    ['a page that goes away', { kind: 'aborted' }, ['interrupted', 'dismissed']],
    ['an unknown failure', { kind: 'unknown' }, ['service-fault', 'dismissed']],
    [
      'what was found when it was answered',
      { found: 'passkey-removed', kind: 'not-allowed' },
      ['passkey-removed'],
    ],
  ])('%s', (_what, told, expected) => {
    expect(causes(told)).toStrictEqual(expected);
  });
});

describe('in a step-up of a known account', () => {
  const stepUp = (account: Partial<KnownAccount>, told: Partial<FailedCeremony> = {}) =>
    causes({ ceremony: 'step-up', account: { ...ACCOUNT, ...account }, ...told });

  it.each<[string, Partial<KnownAccount>, Partial<FailedCeremony>, readonly string[]]>([
    [
      'without a passkey',
      { passkeys: 'none' },
      { kind: 'no-credential' },
      ['none-added', 'none-on-this-device', 'passkey-invalidated'],
    ],
    [
      'whose passkey was removed',
      { passkeys: 'none', hadOthers: true },
      { kind: 'no-credential' },
      ['passkey-removed', 'none-added', 'none-on-this-device', 'passkey-invalidated'],
    ],
    [
      'whose passkeys are suspended',
      { passkeys: 'suspended' },
      { kind: 'closed' },
      ['passkey-suspended', 'dismissed', 'none-on-this-device', 'passkey-invalidated'],
    ],
    [
      'whose passkey was seen here',
      { seenHere: true },
      { kind: 'no-credential' },
      ['passkey-invalidated', 'none-on-this-device'],
    ],
    [
      'whose passkey was never seen here',
      {},
      { kind: 'no-credential' },
      ['none-on-this-device', 'passkey-invalidated'],
    ],
    [
      'that has security keys only',
      { securityKeysOnly: true },
      { bySecurityKey: true, elapsed: 300 },
      ['security-key-without-pin', 'none-on-this-device', 'passkey-invalidated', 'dismissed'],
    ],
  ])('%s', (_what, account, told, expected) => {
    expect(stepUp(account, told)).toStrictEqual(expected);
  });
});

describe('in a registration', () => {
  it.each<[string, Partial<FailedCeremony>, readonly string[]]>([
    ['a sheet closed by mistake', {}, ['dismissed', 'timed-out', 'no-screen-lock']],
    ['a cancellation that says so', { kind: 'closed' }, ['dismissed']],
    ['no sheet at all', { elapsed: 300 }, ['no-screen-lock', 'passkey-provider-not-supported', 'dismissed']],
    [
      'no Passwords app',
      { kind: 'closed', deviceCauses: ['passwords-app-missing'] },
      ['passwords-app-missing', 'dismissed'],
    ],
    [
      'no screen lock',
      { kind: 'not-allowed', deviceCauses: ['no-screen-lock'], elapsed: 300 },
      ['no-screen-lock', 'passkey-provider-not-supported', 'dismissed'],
    ],
    [
      'a security key without a PIN',
      { bySecurityKey: true, elapsed: 300, device: { platform: 'windows' } },
      ['security-key-without-pin', 'no-screen-lock', 'passkey-provider-not-supported', 'dismissed'],
    ],
    ['a passkey that is there', { kind: 'already-there' }, ['already-on-this-device']],
    [
      'a password manager without passkeys',
      { kind: 'no-provider', deviceCauses: ['passkey-provider-not-supported'] },
      ['passkey-provider-not-supported', 'no-passkey-provider'],
    ],
    [
      'an outdated system',
      { kind: 'not-supported', deviceCauses: ['os-too-old'] },
      ['os-too-old', 'device-not-supported', 'passkey-provider-not-supported'],
    ],
    [
      'an iPhone that is not set up for it',
      { kind: 'not-configured' },
      ['no-screen-lock', 'passwords-app-missing', 'sync-off'],
    ],
    [
      'nothing of what other passkeys the account has',
      { kind: 'unknown', account: { ...ACCOUNT, passkeys: 'none' } },
      ['service-fault', 'dismissed'],
    ],
  ])('%s', (_what, told, expected) => {
    expect(causes({ ceremony: 'registration', account: ACCOUNT, ...told })).toStrictEqual(expected);
  });
});
