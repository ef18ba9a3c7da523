import type { CodeFactor } from '../../domain/account/events.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type { CheckId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { OpenCheck } from './open-checks.js';

/** The check that confirms a proposed factor by a code that reached it. */
export function confirmationOf(
  checkId: CheckId,
  factor: CodeFactor,
  value: string,
  account: EnrolledAccount,
  policy: RelyingParty,
  now: Instant,
): Omit<OpenCheck, 'codeHash'> {
  return {
    checkId,
    factor,
    purpose: 'change-factors',
    stepUpId: null,
    securityEpoch: account.securityEpoch,
    expiresAt: now + policy.factors.codeLifetime,
    value,
  };
}
