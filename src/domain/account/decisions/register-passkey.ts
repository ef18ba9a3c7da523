import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import { passkeyCapabilities } from '../../policy/capabilities.js';
import { passkeyName } from '../../policy/passkey-name.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { RegisterPasskey } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { whyNotBound } from '../rules/binding.js';
import { trustDevice } from '../rules/devices.js';
import { limitReached } from '../rules/passkey-limit.js';
import { sensitiveActionsFrom } from '../rules/sensitive-actions.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import type { EnrolledAccount } from '../state.js';

export function registerPasskey(
  command: RegisterPasskey,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, finding, proof } = command;
  if (command.ceremonyEpoch !== state.securityEpoch) return reject(rejection('security-epoch-passed'));
  const notBound = whyNotBound(state, proof, at);
  if (notBound !== undefined) return reject(notBound);
  const limit = limitReached(state, policy);
  if (limit !== undefined) return reject(limit);
  if (!finding.ok) return reject(rejection('verification-failed', { reason: finding.reason }));
  if (!finding.userVerified || (finding.backedUp && !finding.backupEligible)) {
    return reject(rejection('verification-failed'));
  }
  if (state.passkeys.some((passkey) => passkey.credentialId === finding.credentialId)) {
    return reject(rejection('credential-already-registered'));
  }
  const name = passkeyName(command.name, policy.passkeys.nameMaximumLength);
  if (!name.ok) return reject(rejection('name-invalid', { problem: name.problem }));

  const events: AccountEvent[] = [];
  if (command.vouchedBy !== null) {
    const spent = spendStepUp(state, policy, command.vouchedBy, 'add-passkey', at);
    if ('refused' in spent) return reject(spent.refused, ...spent.events);
    events.push(spent.event);
  }
  // After a reset, cooling-off is what stops the actions that policy says it should.
  const fullPowerFrom =
    proof.kind === 'reset' ? at : sensitiveActionsFrom(state, policy, command.vouchedBy, at);
  events.push({
    type: 'PasskeyRegistered',
    at,
    data: {
      passkeyId: command.passkeyId,
      credentialId: finding.credentialId,
      publicKey: finding.publicKey,
      algorithm: finding.algorithm,
      signCount: finding.signCount,
      aaguid: finding.aaguid,
      transports: finding.transports,
      backupEligible: finding.backupEligible,
      backedUp: finding.backedUp,
      userVerified: finding.userVerified,
      attestation: finding.attestation,
      capabilities: passkeyCapabilities(command.device, finding),
      grantHash: proof.kind === 'grant' ? proof.grantHash : null,
      resetId: proof.kind === 'reset' ? proof.resetId : null,
      vouchedBy: command.vouchedBy,
      ceremonyId: command.ceremonyId,
      entryPoint: command.entryPoint,
      sensitiveActionsFrom: fullPowerFrom,
    },
    personal: { name: name.name, device: command.device },
  });
  // Where no device is trusted, the one that made the first passkey is. After a removal by a code alone it is not the first;
  // after a reset the owner's face was seen on it, whatever others are trusted.
  const first = state.passkeys.length === 0 && fullPowerFrom <= at;
  if (first && (state.devices.length === 0 || proof.kind === 'reset')) {
    const why = 'first-passkey';
    const data = { ...command.newDevice, why, approvalId: null, sessionId: null } as const;
    events.push(...trustDevice(state, at, data, command.device));
  }
  return accept(...events);
}
