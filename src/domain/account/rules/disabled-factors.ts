import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { CodeFactor, Factor } from '../events.js';
import type { EnrolledAccount } from '../state.js';

/**
 * Why a factor is refused for good, if it is: too many wrong entries in a row (NIST SP 800-63B-4 §3.2.2). It counts again
 * once it is confirmed anew on another proof, or once the relying party reinstates it.
 */
export function disabledFactor(state: EnrolledAccount, factor: Factor): Rejection | undefined {
  return state.disabledFactors.includes(factor) ? rejection('factor-disabled', { factor }) : undefined;
}

/** The factors by which the account can still be proven. */
export function usableFactors(
  state: EnrolledAccount,
  factors: readonly CodeFactor[] = state.factors,
): readonly CodeFactor[] {
  return factors.filter((factor) => !state.disabledFactors.includes(factor));
}
