import type { MethodSet } from '../../policy/relying-party.js';
import type { Factor } from '../events.js';

/**
 * Whether a set of methods is more than the sign-in was. A second method must be of another channel than the sign-in's, or
 * one stolen channel would stand for two; a method that the policy lets prove the action alone has no first to add to
 * (invariant 12).
 */
export function mayProve(alternative: MethodSet, signInFactor: Factor | null): boolean {
  return alternative.length === 1 || signInFactor === null || !alternative.includes(signInFactor);
}
