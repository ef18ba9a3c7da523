import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import { actionNamed } from '../../policy/relying-party.js';
import type { PassStepUp } from '../commands.js';
import type { AccountEvent, StepUpMethod } from '../events.js';
import { judgeAssertion } from '../rules/assertion.js';
import { stoppedUntil } from '../rules/cooling-off.js';
import { trustedDevice } from '../rules/devices.js';
import { usableGrant } from '../rules/grants.js';
import { denyStepUp } from '../rules/step-up-denial.js';
import { mayProve, methodsAtHand } from '../rules/step-up-methods.js';
import type { EnrolledAccount, Passkey } from '../state.js';

export function passStepUp(
  command: PassStepUp,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, stepUpId } = command;
  const action = actionNamed(policy, command.action);
  if (action === undefined) return reject(rejection('unknown-action'));
  if (command.securityEpoch !== state.securityEpoch) return reject(rejection('security-epoch-passed'));
  if (command.mustPassBy <= at) return reject(rejection('step-up-expired'));
  if (state.stepUps.some((passed) => passed.stepUpId === stepUpId)) {
    return reject(rejection('step-up-already-used'));
  }
  const until = stoppedUntil(state, action, at);
  if (until !== undefined) {
    return denyStepUp(at, { stepUpId, action: action.name, reason: 'cooling-off', until });
  }

  const deviceId = trustedDevice(state, command.deviceTokenHash)?.deviceId ?? null;
  // A passkey that answered has been used, and its answer is spent, whatever the step-up comes to.
  const events: AccountEvent[] = [];
  const methods: StepUpMethod[] = [];
  let passkey: Passkey | null = null;
  if (command.assertion !== null) {
    const judged = judgeAssertion(state, policy, {
      ...command.assertion,
      at,
      purpose: action.name === 'dispute-reset' ? 'dispute-reset' : 'step-up',
      sessionId: null,
      deviceId,
    });
    if ('refused' in judged) return reject(judged.refused, ...judged.events);
    passkey = judged.passkey;
    events.push(...judged.events);
    methods.push('passkey');
    const until = passkey.sensitiveActionsFrom;
    if (action.sensitive && until > at) {
      return denyStepUp(at, { stepUpId, action: action.name, reason: 'passkey-too-new', until }, events);
    }
  }
  if (command.grantHash !== null) {
    const found = usableGrant(state, command.grantHash, 'step-up', stepUpId, at);
    if ('refused' in found) {
      const { lockedUntil } = state;
      return found.refused.code === 'account-locked' && lockedUntil !== null
        ? denyStepUp(at, { stepUpId, action: action.name, reason: 'locked', until: lockedUntil }, events)
        : reject(found.refused, ...events);
    }
    methods.push(found.grant.factor);
  }
  const satisfied = action.alternatives.some(
    (alternative) =>
      mayProve(alternative, command.signInFactor) && alternative.every((method) => methods.includes(method)),
  );
  if (!satisfied) {
    const { complete } = methodsAtHand(state, action, command.signInFactor, at);
    return reject(rejection('step-up-method-missing', { alternatives: complete }), ...events);
  }

  events.push({
    type: 'StepUpPassed',
    at,
    data: {
      stepUpId,
      ceremonyId: command.assertion?.ceremonyId ?? null,
      action: action.name,
      transactionDigest: command.transactionDigest,
      methods,
      passkeyId: passkey?.passkeyId ?? null,
      grantHash: command.grantHash,
      singleUse: action.singleUse,
      expiresAt: command.expiresAt,
      deviceId,
    },
    personal: {},
  });
  return accept(...events);
}
