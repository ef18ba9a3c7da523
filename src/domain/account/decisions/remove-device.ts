import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { RemoveDevice } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { removeDeviceEvent } from '../rules/devices.js';
import { expiredEvent } from '../rules/sign-in-approval.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import type { EnrolledAccount } from '../state.js';

export function removeDevice(
  { at, deviceId, proof }: RemoveDevice,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const device = state.devices.find((candidate) => candidate.deviceId === deviceId);
  if (device === undefined) return reject(rejection('device-not-found'));
  if (proof.kind !== 'step-up') {
    return reject(rejection('step-up-required', { action: 'remove-device', parameters: { deviceId } }));
  }
  const spent = spendStepUp(state, policy, proof.stepUpId, 'remove-device', at);
  if ('refused' in spent) return reject(spent.refused, ...spent.events);
  const approved = state.approvals.filter(
    ({ approvedBy, status }) => status === 'approved' && approvedBy === deviceId,
  );
  return accept(
    spent.event,
    ...approved.map(({ approvalId }) => expiredEvent(approvalId, at)),
    removeDeviceEvent(device, at, 'user'),
  );
}
