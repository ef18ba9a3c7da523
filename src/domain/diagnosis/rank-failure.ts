import { unreachable } from '../kernel/exhaustive.js';
import type { Duration } from '../kernel/time.js';
import { MINUTE, SECOND } from '../kernel/time.js';
import type { Device } from '../policy/device.js';
import type { Cause, DeviceCause } from './cause.js';
import { ranked } from './cause.js';
import type { FailureKind } from './failure-kind.js';
import type { KnownAccount } from './known-account.js';
import { absence, accountCauses } from './known-account.js';

/** WebAuthn's and Credential Management's, with Chromium's `immediate`. */
export const MEDIATIONS = ['conditional', 'immediate', 'optional', 'required', 'silent'] as const;
export type Mediation = (typeof MEDIATIONS)[number];

export interface FailedCeremony {
  readonly ceremony: 'registration' | 'sign-in' | 'step-up';
  readonly kind: FailureKind;
  readonly elapsed: Duration | null;
  readonly mediation: Mediation | null;
  readonly device: Device | null;
  /** What stands between the device and passkeys, worst first. */
  readonly deviceCauses: readonly DeviceCause[];
  /** The passkey was to be, or was, one of a security key. */
  readonly bySecurityKey: boolean;
  /** Null in a sign-in: nothing of an account is said before a signature was verified. */
  readonly account: KnownAccount | null;
  /** What the service found when the ceremony was answered, after the signature was verified. */
  readonly found: Cause | null;
}

/** Nobody reads a sheet and closes it in less: none was shown. */
const UNSEEN: Duration = SECOND;
/** Ceremonies run for five minutes; clients are told so and may be a little early. */
const TIMED_OUT: Duration = 5 * MINUTE - 10 * SECOND;

/** The causes that fit what the client sent, likeliest first; never none. */
export function rankFailure(failed: FailedCeremony): readonly Cause[] {
  if (failed.found !== null) return [failed.found];
  const { account, deviceCauses } = failed;
  switch (failed.kind) {
    case 'service':
      return ['service-fault'];
    case 'foreign-site':
      return ranked('not-our-site', 'service-fault');
    case 'already-there':
      return failed.ceremony === 'registration' ? ['already-on-this-device'] : ['another-request-open'];
    case 'busy':
      return ['another-request-open'];
    case 'pin-not-set':
      return ['security-key-without-pin'];
    case 'pin-blocked':
      return ['security-key-blocked'];
    case 'key-full':
      return ['security-key-full'];
    case 'timed-out':
      return timedOut(failed);
    case 'no-credential':
      return ranked(...accountCauses(account), ...absence(account));
    case 'not-supported':
      return notSupported(failed);
    case 'no-verification':
      return ranked(...deviceCauses, ...unverified(failed));
    case 'no-provider':
      return ranked(...deviceCauses, 'no-passkey-provider', 'passkey-provider-not-supported');
    case 'not-configured':
      return ranked(...deviceCauses, 'no-screen-lock', 'passwords-app-missing', 'sync-off');
    case 'aborted':
    case 'interrupted':
      return ranked('interrupted', 'dismissed');
    case 'closed':
    case 'not-allowed':
      return failed.ceremony === 'registration' ? creationRefused(failed) : useRefused(failed);
    case 'unknown':
      return ranked(...deviceCauses, ...given(accountCauses, failed), 'service-fault', 'dismissed');
    default:
      return unreachable(failed.kind);
  }
}

function notSupported({ ceremony, deviceCauses }: FailedCeremony): readonly Cause[] {
  return ceremony === 'registration'
    ? ranked(...deviceCauses, 'device-not-supported', 'passkey-provider-not-supported')
    : ranked(...deviceCauses, 'device-not-supported');
}

/** Who can't verify the user: a security key without a PIN, or a device without a screen lock. */
function unverified({ bySecurityKey, device }: FailedCeremony): readonly Cause[] {
  const phone = device !== null && ['ios', 'android', 'harmonyos'].includes(device.platform);
  return phone && !bySecurityKey
    ? ['no-screen-lock', 'security-key-without-pin']
    : ['security-key-without-pin', 'no-screen-lock'];
}

function creationRefused(failed: FailedCeremony): readonly Cause[] {
  const { bySecurityKey, deviceCauses, elapsed, kind } = failed;
  if (elapsed !== null && elapsed >= TIMED_OUT) return timedOut(failed);
  const pin: readonly Cause[] = bySecurityKey ? ['security-key-without-pin'] : [];
  if (elapsed !== null && elapsed < UNSEEN) {
    const others = ['no-screen-lock', 'passkey-provider-not-supported', 'dismissed'] as const;
    return ranked(...deviceCauses, ...pin, ...others);
  }
  return kind === 'closed'
    ? ranked(...deviceCauses, 'dismissed', ...pin)
    : ranked(...deviceCauses, 'dismissed', ...pin, 'timed-out', 'no-screen-lock');
}

function useRefused(failed: FailedCeremony): readonly Cause[] {
  const { account, elapsed, kind, mediation } = failed;
  const whoseAccount = accountCauses(account);
  if (elapsed !== null && elapsed >= TIMED_OUT) return ranked(...whoseAccount, ...timedOut(failed));
  const shownNothing =
    (elapsed !== null && elapsed < UNSEEN) || (mediation !== null && SHOW_NOTHING.includes(mediation));
  if (shownNothing) {
    const likeliest: readonly Cause[] = failed.bySecurityKey
      ? ['security-key-without-pin', ...absence(account)]
      : [...absence(account), 'security-key-without-pin'];
    return ranked(...whoseAccount, ...failed.deviceCauses, ...likeliest, 'dismissed');
  }
  if (kind === 'closed') return ranked(...whoseAccount, 'dismissed', ...absence(account));
  const further = ['security-key-without-pin', 'timed-out'] as const;
  return ranked(...whoseAccount, ...failed.deviceCauses, 'dismissed', ...absence(account), ...further);
}

/** With these the client ends without asking where it has nothing to offer. */
const SHOW_NOTHING: readonly Mediation[] = ['conditional', 'immediate', 'silent'];

function timedOut(failed: FailedCeremony): readonly Cause[] {
  return failed.ceremony === 'registration'
    ? ranked('timed-out', 'dismissed')
    : ranked('timed-out', 'dismissed', ...absence(failed.account));
}

/** A new passkey doesn't hang on those that the account has. */
function given(
  causes: (account: KnownAccount | null) => readonly Cause[],
  { account, ceremony }: FailedCeremony,
): readonly Cause[] {
  return ceremony === 'registration' ? [] : causes(account);
}
