import type { Instant } from '../../kernel/time.js';
import type { ActionPolicy } from '../../policy/relying-party.js';
import type { EnrolledAccount } from '../state.js';

/** The moment until which an action is stopped, if it is stopped now (invariant 10). */
export function stoppedUntil(
  state: EnrolledAccount,
  action: ActionPolicy,
  now: Instant,
): Instant | undefined {
  const ends = action.stoppedBy.map((cause) => state.coolingOff[cause] ?? 0);
  const latest = Math.max(0, ...ends);
  return latest > now ? latest : undefined;
}
