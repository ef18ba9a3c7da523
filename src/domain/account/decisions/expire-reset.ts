import type { Decision } from '../../kernel/decider.js';
import { accept } from '../../kernel/decider.js';
import type { Instant } from '../../kernel/time.js';
import type { ExpireReset } from '../commands.js';
import type { AccountEvent, LivenessResetExpired } from '../events.js';
import type { EnrolledAccount, OpenReset } from '../state.js';

/** A timer that comes early, late or twice has nothing to do. */
export function expireReset(command: ExpireReset, state: EnrolledAccount): Decision<AccountEvent> {
  const { open } = state.resets;
  if (open?.resetId !== command.resetId) return accept();
  if (command.reason === 'time' && open.expiresAt > command.at) return accept();
  return accept(expired(open, command.reason, command.at));
}

export function expired(
  { resetId, provider, attempt }: OpenReset,
  reason: LivenessResetExpired['data']['reason'],
  at: Instant,
): LivenessResetExpired {
  return {
    type: 'LivenessResetExpired',
    at,
    data: { resetId, provider, attempt, reason },
    personal: {},
  };
}
