import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { DecideSignInApproval } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { trustedDevice } from '../rules/devices.js';
import { approvalNamed, approvalStatus } from '../rules/sign-in-approval.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import type { EnrolledAccount, SignInApproval } from '../state.js';

type Approve = Extract<DecideSignInApproval['decision'], { kind: 'approve' }>;

/** Denying is open to whoever sees the request; approving takes a trusted device, a fresh proof and the number shown. */
export function decideSignInApproval(
  { at, approvalId, decision }: DecideSignInApproval,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const approval = approvalNamed(state, approvalId);
  if (approval === undefined) return reject(rejection('approval-not-found'));
  const status = approvalStatus(state, approval, at);
  if (status === 'expired') return reject(rejection('approval-expired'));
  // What was approved, by whomever, may still be taken back while nobody has collected it.
  if (decision.kind === 'deny' && status !== 'denied' && status !== 'collected') {
    return accept(denied(approval, at, 'user'));
  }
  if (decision.kind === 'deny' || (status !== 'open' && status !== 'recovering')) {
    return reject(rejection('approval-decided'));
  }
  return approve(decision, approval, at, state, policy);
}

function approve(
  { numberMatches, stepUpId, deviceTokenHash }: Approve,
  approval: SignInApproval,
  at: number,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { approvalId } = approval;
  if (stepUpId === null) {
    return reject(rejection('step-up-required', { action: 'approve-sign-in', parameters: { approvalId } }));
  }
  const spent = spendStepUp(state, policy, stepUpId, 'approve-sign-in', at);
  if ('refused' in spent) return reject(spent.refused, ...spent.events);
  const askedOn = state.stepUps.find((passed) => passed.stepUpId === stepUpId)?.deviceId;
  const approver =
    trustedDevice(state, deviceTokenHash) ?? state.devices.find(({ deviceId }) => deviceId === askedOn);
  if (approver === undefined) return reject(rejection('device-not-trusted'));

  const { lifetime, wrongNumbers: most } = policy.newDeviceApproval;
  if (!numberMatches) {
    const wrongNumbers = approval.wrongNumbers + 1;
    return reject(
      rejection('wrong-number', { triesLeft: most - wrongNumbers }),
      { type: 'SignInNumberMismatched', at, data: { approvalId, wrongNumbers }, personal: {} },
      ...(wrongNumbers < most ? [] : [denied(approval, at, 'wrong-numbers')]),
    );
  }
  return accept(spent.event, {
    type: 'SignInApproved',
    at,
    data: {
      approvalId,
      by: 'trusted-device',
      deviceId: approver.deviceId,
      stepUpId,
      collectBy: at + lifetime,
    },
    personal: {},
  });
}

function denied({ approvalId }: SignInApproval, at: number, why: 'user' | 'wrong-numbers'): AccountEvent {
  return { type: 'SignInDenied', at, data: { approvalId, why }, personal: {} };
}
