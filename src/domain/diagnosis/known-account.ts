import type { EnrolledAccount } from '../account/state.js';
import type { Instant } from '../kernel/time.js';
import { attemptsUsedUp } from '../account/rules/resets.js';
import { isSecurityKey } from '../policy/capabilities.js';
import type { Device } from '../policy/device.js';
import type { RelyingParty } from '../policy/relying-party.js';
import type { Cause } from './cause.js';

/** What of an account a diagnosis rests on. */
export interface KnownAccount {
  readonly passkeys: 'none' | 'suspended' | 'active';
  readonly hadOthers: boolean;
  readonly full: boolean;
  /** A passkey that the account still has was made or used on this very device. */
  readonly seenHere: boolean;
  readonly securityKeysOnly: boolean;
  readonly deviceBoundOnly: boolean;
  /** As many attempts of a reset as a day allows. */
  readonly attemptsUsedUp: boolean;
}

export function knownAccount(
  policy: RelyingParty,
  account: EnrolledAccount,
  device: Device | null,
  now: Instant,
): KnownAccount {
  const { passkeys, removedPasskeys } = account;
  const deviceId = device?.deviceId;
  const some = passkeys.length > 0;
  const active = passkeys.some(({ status }) => status === 'active');
  return {
    passkeys: active ? 'active' : some ? 'suspended' : 'none',
    hadOthers: removedPasskeys.length > 0,
    full: passkeys.length >= policy.passkeys.maximum,
    seenHere: deviceId !== undefined && passkeys.some(({ seenOn }) => seenOn.includes(deviceId)),
    securityKeysOnly:
      some && passkeys.every(({ transports }) => isSecurityKey({ attachment: null, transports })),
    deviceBoundOnly: some && passkeys.every(({ backupEligible }) => !backupEligible),
    attemptsUsedUp: policy.reset !== undefined && attemptsUsedUp(account, policy.reset, now) !== undefined,
  };
}

/** What stops every passkey of the account, whatever the device. */
export function accountCauses(account: KnownAccount | null): readonly Cause[] {
  if (account === null || account.passkeys === 'active') return [];
  if (account.passkeys === 'suspended') return ['passkey-suspended'];
  return account.hadOthers ? ['passkey-removed', 'none-added'] : ['none-added'];
}

/**
 * Why the device had none to offer. It looks the same from outside whether there never was one or it was lost there; only
 * that it was seen on this device before tells.
 */
export function absence(account: KnownAccount | null): readonly Cause[] {
  return account?.seenHere === true
    ? ['passkey-invalidated', 'none-on-this-device']
    : ['none-on-this-device', 'passkey-invalidated'];
}
