import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { EraseAccount } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { removals, resetUnderWay } from '../rules/resets.js';
import type { EnrolledAccount } from '../state.js';

/**
 * Refused while a reset is open: whoever passed a check that was not theirs could otherwise end the account before its
 * owner can object. A dispute refuses it like everything else.
 */
export function eraseAccount(
  { at, receiptId }: EraseAccount,
  state: EnrolledAccount,
): Decision<AccountEvent> {
  const open = resetUnderWay(state, at);
  if (open !== undefined) return reject(open);
  return accept(...removals(state, 'account-erased', at), {
    type: 'AccountErased',
    at,
    data: { receiptId, securityEpoch: state.securityEpoch + 1 },
    personal: {},
  });
}
