import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { RecoverSignIn } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { usableGrant } from '../rules/grants.js';
import { approvalNamed, approvalStatus } from '../rules/sign-in-approval.js';
import type { EnrolledAccount } from '../state.js';

/**
 * Another factor in place of a trusted device that is lost. It counts only after a wait in which the owner is told and
 * any trusted device can deny it.
 */
export function recoverSignIn(
  { at, approvalId, secretHash, grantHash }: RecoverSignIn,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const approval = approvalNamed(state, approvalId);
  if (approval?.secretHash !== secretHash) return reject(rejection('approval-not-found'));
  const status = approvalStatus(state, approval, at);
  if (status === 'expired') return reject(rejection('approval-expired'));
  if (status !== 'open') return reject(rejection('approval-decided'));
  const other = state.approvals.find(
    (candidate) => candidate.status === 'recovering' && approvalStatus(state, candidate, at) === 'recovering',
  );
  if (other !== undefined) return reject(rejection('approval-pending', { until: other.expiresAt }));
  const found = usableGrant(state, grantHash, 'sign-in', null, at);
  if ('refused' in found) return reject(found.refused);
  const { factor } = found.grant;
  // What carried the sign-in proves nothing a second time.
  if (factor === approval.method) return reject(rejection('factor-in-use'));
  const approvedFrom = at + policy.newDeviceApproval.recoveryWait;
  return accept({
    type: 'SignInRecoveryStarted',
    at,
    data: {
      approvalId,
      factor,
      grantHash,
      approvedFrom,
      collectBy: approvedFrom + policy.newDeviceApproval.recoveryWait,
    },
    personal: {},
  });
}
