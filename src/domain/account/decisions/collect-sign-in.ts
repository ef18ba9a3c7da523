import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { CollectSignIn } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { trustDevice } from '../rules/devices.js';
import { lockedOut } from '../rules/lock-out.js';
import { approvalNamed, approvalStatus } from '../rules/sign-in-approval.js';
import type { EnrolledAccount } from '../state.js';

/**
 * The first to ask after the approval is trusted and signed in; of whatever else came of it there is only the status. What a
 * factor proved, the sign-in or its recovery, waits with the factors while they are locked (invariant 14).
 */
export function collectSignIn(
  { at, approvalId, secretHash, tokenHash }: CollectSignIn,
  state: EnrolledAccount,
): Decision<AccountEvent> {
  const approval = approvalNamed(state, approvalId);
  if (approval?.secretHash !== secretHash) return reject(rejection('approval-not-found'));
  if (approvalStatus(state, approval, at) !== 'approved') return accept();
  const byFactor = approval.method !== 'passkey' || approval.status === 'recovering';
  const locked = byFactor ? lockedOut(state, at) : undefined;
  if (locked !== undefined) return reject(locked);
  const { deviceId, sessionId, device, expiresAt } = approval;
  const trusted = trustDevice(
    state,
    at,
    { deviceId, tokenHash, why: 'approved', approvalId, sessionId },
    device,
  );
  if (approval.status === 'approved') return accept(...trusted);
  const approved: AccountEvent = {
    type: 'SignInApproved',
    at,
    data: { approvalId, by: 'recovery', deviceId: null, stepUpId: null, collectBy: expiresAt },
    personal: {},
  };
  return accept(approved, ...trusted);
}
