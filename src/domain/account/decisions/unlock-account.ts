import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { UnlockAccount } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { lockedByFailures } from '../rules/lock-out.js';
import { lockedByDispute } from '../rules/resets.js';
import type { EnrolledAccount } from '../state.js';

/** Lifts the lock that was named and no other: who clears wrong entries has not thereby judged between owner and thief. */
export function unlockAccount({ at, reason }: UnlockAccount, state: EnrolledAccount): Decision<AccountEvent> {
  const [named, other] =
    reason === 'reset-disputed'
      ? [lockedByDispute(state), lockedByFailures(state, at)]
      : [lockedByFailures(state, at), lockedByDispute(state)];
  if (named === undefined) return other === undefined ? accept() : reject(other);
  return accept({ type: 'AccountUnlocked', at, data: { by: 'admin', reason }, personal: {} });
}
