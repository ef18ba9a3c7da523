import type { Decision } from '../../kernel/decider.js';
import { accept } from '../../kernel/decider.js';
import type { ExpireSignInApproval } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { approvalNamed, approvalStatus, expiredEvent } from '../rules/sign-in-approval.js';
import type { EnrolledAccount } from '../state.js';

/** Nothing hangs on this event: it tells those who only read that time has decided. */
export function expireSignInApproval(
  { at, approvalId }: ExpireSignInApproval,
  state: EnrolledAccount,
): Decision<AccountEvent> {
  const approval = approvalNamed(state, approvalId);
  if (approval === undefined || approval.status === 'expired') return accept();
  return approvalStatus(state, approval, at) === 'expired' ? accept(expiredEvent(approvalId, at)) : accept();
}
