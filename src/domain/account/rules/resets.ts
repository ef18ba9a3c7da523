import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { ResetId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { DAY } from '../../kernel/time.js';
import type { RelyingParty, ResetPolicy } from '../../policy/relying-party.js';
import type { AccountEvent } from '../events.js';
import type { EnrolledAccount, OpenReset, Passkey, Resets } from '../state.js';
import { removeDeviceEvent } from './devices.js';

export const NO_RESETS: Resets = {
  open: null,
  completed: [],
  attempts: [],
  required: false,
  disputed: null,
  ended: null,
};

/** Who checks the face, and whom the check would be about. */
export interface ResetAsked {
  readonly at: Instant;
  readonly provider: string;
  /** Whom a provider that knows everybody takes the account for; null where only a linked subject counts. */
  readonly subject: string | null;
  /** The open reset that gives way, if it is this one. */
  readonly replaces: ResetId | null;
}

/**
 * The check that a reset needs, or why none may be asked for. Neither a lock-out nor having no passkey is a reason: this is
 * the way of those who have nothing left (invariants 9 and 14).
 */
export function resetCheck(
  state: EnrolledAccount,
  policy: RelyingParty,
  { at: now, provider, subject: known, replaces }: ResetAsked,
): { readonly refused: Rejection } | { readonly reset: ResetPolicy; readonly subject: string } {
  const disputed = lockedByDispute(state);
  if (disputed !== undefined) return { refused: disputed };
  if (policy.reset === undefined) return { refused: rejection('reset-not-offered') };
  const { open } = state.resets;
  if (open !== null && open.expiresAt > now && open.resetId !== replaces) {
    return { refused: rejection('reset-under-way', { resetId: open.resetId, until: open.expiresAt }) };
  }
  const usedUp = attemptsUsedUp(state, policy.reset, now);
  if (usedUp !== undefined) return { refused: usedUp };
  const subject = linkedSubject(state, provider) ?? known;
  // A live face says nothing while nobody knows whose it should be.
  if (subject === null || policy.reset.provider !== provider) {
    return { refused: rejection('liveness-subject-missing') };
  }
  return { reset: policy.reset, subject };
}

export function linkedSubject({ livenessSubject }: EnrolledAccount, provider: string): string | null {
  return livenessSubject?.provider === provider ? livenessSubject.subject : null;
}

export function attemptsUsedUp(
  state: EnrolledAccount,
  { attemptsPerDay }: ResetPolicy,
  now: Instant,
): Rejection | undefined {
  const latest = attemptsOfDay(state, now).slice(-attemptsPerDay);
  const [oldest] = latest;
  if (oldest === undefined || latest.length < attemptsPerDay) return undefined;
  return rejection('reset-attempts-used-up', { until: oldest + DAY });
}

export function attemptsOfDay(state: EnrolledAccount, now: Instant): readonly Instant[] {
  return state.resets.attempts.filter((at) => at > now - DAY);
}

/** A dispute locks everything for everybody: either party may be the thief, and only the product's people can tell. */
export function lockedByDispute(state: EnrolledAccount): Rejection | undefined {
  return state.resets.disputed === null
    ? undefined
    : rejection('account-locked', { reason: 'reset-disputed', resetId: state.resets.disputed });
}

/** The open reset of this id, or why there is none to change. */
export function openReset(
  state: EnrolledAccount,
  resetId: ResetId,
  now: Instant,
): { readonly open: OpenReset } | { readonly refused: Rejection } {
  const { open, completed, ended } = state.resets;
  if (open?.resetId === resetId) {
    return open.expiresAt > now ? { open } : { refused: rejection('reset-over') };
  }
  const over = ended === resetId || completed.some((reset) => reset.resetId === resetId);
  return { refused: rejection(over ? 'reset-over' : 'reset-not-found') };
}

/** A reset that waits for its verdict, or has passed and waits for the passkey that it lets in. */
export function resetUnderWay(
  { resets: { completed, open } }: EnrolledAccount,
  now: Instant,
): Rejection | undefined {
  if (open !== null && open.expiresAt > now) {
    return rejection('reset-under-way', { resetId: open.resetId, until: open.expiresAt });
  }
  const last = completed.at(-1);
  return last === undefined || last.secretSpent || last.windowUntil <= now
    ? undefined
    : rejection('reset-under-way', { resetId: last.resetId, until: last.windowUntil });
}

/** Every passkey that was bound until now goes. */
export function removals(
  state: EnrolledAccount,
  why: 'reset' | 'account-erased',
  at: Instant,
): readonly AccountEvent[] {
  return state.passkeys.map(({ passkeyId }) => ({
    type: 'PasskeyRemoved',
    at,
    data: { passkeyId, why },
    personal: {},
  }));
}

/**
 * With the passkeys goes the trust in devices, for the one that was lost may be among those that let a code sign in and
 * approve others (NIST SP 800-63B-4 §4.3, on loss, theft and compromise).
 */
export function removalsByReset(state: EnrolledAccount, at: Instant): readonly AccountEvent[] {
  return [
    ...removals(state, 'reset', at),
    ...state.devices.map((device) => removeDeviceEvent(device, at, 'reset')),
  ];
}

/**
 * The passkeys whose assertion counts for an action: those that the account has; for a dispute, those that resets took from
 * it while their cooling-off lasts, for the owner's is one of them and the thief's need not be.
 */
export function passkeysThatProve(state: EnrolledAccount, action: string, now: Instant): readonly Passkey[] {
  if (action !== 'dispute-reset') return state.passkeys;
  return state.resets.completed
    .filter(({ coolingOffUntil }) => coolingOffUntil > now)
    .flatMap(({ removed }) => removed);
}
