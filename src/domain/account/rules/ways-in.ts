import type { CodeFactor } from '../events.js';
import type { Passkey } from '../state.js';

/** Whether nothing is left to prove the account by (invariant 6). A suspended passkey lets nobody in. */
export function noWayIn(passkeys: readonly Passkey[], factors: readonly CodeFactor[]): boolean {
  return factors.length === 0 && !passkeys.some((passkey) => passkey.status === 'active');
}
