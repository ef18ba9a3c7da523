import type { Cause, Diagnosis, FallbackFactor } from '../api/contract.js';
import type { TextKey } from '../texts/texts.js';
import { text } from '../texts/texts.js';
import type { FlowDialog } from './dialog.js';

/** What a person may do about a failure, by pressing a button for it. */
type Deed =
  'try-again' | 'this-device' | 'another-device' | 'security-key' | 'add-passkey' | 'reset' | FallbackFactor;

/** What of it the place can do where the failure is shown. */
export type Able = Readonly<Partial<Record<Deed, () => Promise<void> | void>>>;

export interface WayOut {
  readonly deed: Deed;
  readonly label: string;
  readonly take: () => Promise<void> | void;
}

const ELSEWHERE = ['another-device', 'security-key'] as const;
const NOT_THIS_KEY = ['this-device', 'another-device'] as const;
const ANEW = ['reset', 'add-passkey'] as const;

/** What helps against a cause; trying again and another way to sign in may help against any. */
const HELPS: Readonly<Record<string, readonly Deed[]>> = {
  'already-on-this-device': ELSEWHERE,
  'app-too-old': ELSEWHERE,
  'device-bound-passkey': ['another-device', 'add-passkey'],
  'device-lost': ANEW,
  'device-not-supported': ELSEWHERE,
  'liveness-rejected': ['reset'],
  'no-passkey-provider': ELSEWHERE,
  'no-screen-lock': ELSEWHERE,
  'none-added': ['add-passkey'],
  'none-on-this-device': [...ELSEWHERE, 'reset'],
  'os-too-old': ELSEWHERE,
  'passkey-invalidated': ANEW,
  'passkey-limit-reached': ['reset'],
  'passkey-provider-not-supported': ELSEWHERE,
  'passkey-removed': ['add-passkey'],
  'passkey-suspended': ANEW,
  'passwords-app-missing': ELSEWHERE,
  'platform-not-supported': ELSEWHERE,
  'qr-timed-out': ['another-device'],
  'security-key-blocked': NOT_THIS_KEY,
  'security-key-full': NOT_THIS_KEY,
  'security-key-without-pin': NOT_THIS_KEY,
};

const LABELS: Readonly<Record<Deed, TextKey>> = {
  'try-again': 'action.try-again',
  'this-device': 'way.this-device',
  'another-device': 'way.another-device',
  'security-key': 'way.security-key',
  'add-passkey': 'passkeys.add',
  reset: 'reset.start',
  sms: 'fallback.method.sms',
  email: 'fallback.method.email',
  totp: 'fallback.method.totp',
  password: 'fallback.method.password',
};

/** A button's worth of each thing that helps and can be done here, what helps against the likeliest cause first. */
export function waysOut(
  { diagnosis, otherCauses = [], alternatives = [] }: Diagnosis,
  able: Able,
): readonly WayOut[] {
  const helping = [diagnosis, ...otherCauses].flatMap(({ code }: Cause) => HELPS[code] ?? []);
  return [...new Set<Deed>(['try-again', ...helping, ...alternatives])].flatMap((deed) => {
    const take = able[deed];
    return take === undefined ? [] : [{ deed, label: text(LABELS[deed]), take }];
  });
}

/** The same, each of which ends a dialog first. */
export function leaving(dialog: FlowDialog, able: Able): Able {
  const ways = Object.entries(able).map(([deed, take]) => [
    deed,
    async () => {
      dialog.close();
      await take();
    },
  ]);
  return Object.fromEntries(ways) as Able;
}
