import type { Decision } from '../../kernel/decider.js';
import { accept } from '../../kernel/decider.js';
import type { UnlockAccount } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { lockedOut } from '../rules/lock-out.js';
import { lockedByDispute } from '../rules/resets.js';
import type { EnrolledAccount } from '../state.js';

export function unlockAccount(command: UnlockAccount, state: EnrolledAccount): Decision<AccountEvent> {
  if (lockedOut(state, command.at) === undefined && lockedByDispute(state) === undefined) return accept();
  return accept({ type: 'AccountUnlocked', at: command.at, data: { by: 'admin' }, personal: {} });
}
