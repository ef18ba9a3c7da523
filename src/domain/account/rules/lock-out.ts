import type { Decision } from '../../kernel/decider.js';
import { reject } from '../../kernel/decider.js';
import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { CheckUnderWay } from '../commands.js';
import type { AccountEvent, Factor } from '../events.js';
import type { EnrolledAccount } from '../state.js';
import { lockedByDispute } from './resets.js';

/** Why factors are refused now, if they are. A passkey is never asked this (invariant 14). */
export function lockedOut(state: EnrolledAccount, now: Instant): Rejection | undefined {
  return lockedByDispute(state) ?? lockedByFailures(state, now);
}

/** The lock that wrong entries put on, and that ends by itself. */
export function lockedByFailures(state: EnrolledAccount, now: Instant): Rejection | undefined {
  return state.lockedUntil !== null && state.lockedUntil > now
    ? rejection('account-locked', { until: state.lockedUntil })
    : undefined;
}

/** Refuses a wrong code: how many guesses are left of it, and until when the account is locked by it, if it is. */
export function refuseWrongCode(
  state: EnrolledAccount,
  policy: RelyingParty,
  check: CheckUnderWay,
  at: Instant,
): Decision<AccountEvent> {
  const guessesLeft = Math.max(0, policy.factors.codeMaximumGuesses - guessesOf(state, check) - 1);
  const events = wrongEntry(state, policy, check, 'code', at);
  const locked = events.find((event) => event.type === 'AccountLocked');
  const details = { guessesLeft, ...(locked !== undefined && { until: locked.data.until }) };
  return reject(rejection('wrong-code', details), ...events);
}

/** What a wrong entry comes to: it is recorded, the one that reaches a limit locks the account or disables the factor (M11). */
export function wrongEntry(
  state: EnrolledAccount,
  policy: RelyingParty,
  check: CheckUnderWay,
  on: 'code' | 'relying-party-word',
  at: Instant,
): readonly AccountEvent[] {
  const wrongGuesses = guessesOf(state, check) + 1;
  const failuresInWindow = state.failures.filter((time) => time > at - policy.lockOut.window).length + 1;
  const failed: AccountEvent = {
    type: 'SecurityCheckFailed',
    at,
    data: {
      checkId: check.checkId,
      factor: check.factor,
      purpose: check.purpose,
      stepUpId: check.stepUpId,
      checkExpiresAt: check.expiresAt,
      wrongGuesses,
      failuresInWindow,
      on,
    },
    personal: {},
  };
  const disabled = disabledBy(state, policy, check.factor, at);
  if (failuresInWindow < policy.lockOut.failures) return [failed, ...disabled];
  return [
    failed,
    ...disabled,
    {
      type: 'AccountLocked',
      at,
      data: { until: at + policy.lockOut.duration, why: 'too-many-failures', failuresInWindow },
      personal: {},
    },
  ];
}

/** The cap on wrong entries of one factor in a row, however slowly they come (NIST SP 800-63B-4 §3.2.2). */
function disabledBy(
  state: EnrolledAccount,
  policy: RelyingParty,
  factor: Factor,
  at: Instant,
): readonly AccountEvent[] {
  const failuresInARow = (state.failuresInARow[factor] ?? 0) + 1;
  if (failuresInARow < policy.lockOut.failuresInARow || state.disabledFactors.includes(factor)) return [];
  return [{ type: 'FactorDisabled', at, data: { factor, failuresInARow }, personal: {} }];
}

export function guessesOf(state: EnrolledAccount, check: CheckUnderWay): number {
  return state.guessedChecks.find((guessed) => guessed.checkId === check.checkId)?.wrongGuesses ?? 0;
}
