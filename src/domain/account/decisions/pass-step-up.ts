import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { ActionPolicy, RelyingParty } from '../../policy/relying-party.js';
import { actionNamed } from '../../policy/relying-party.js';
import type { PassStepUp } from '../commands.js';
import type { AccountEvent, StepUpMethod } from '../events.js';
import { judgeAssertion } from '../rules/assertion.js';
import { stoppedUntil } from '../rules/cooling-off.js';
import { usableGrant } from '../rules/grants.js';
import { lockedOut } from '../rules/lock-out.js';
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
  if (until !== undefined) return denied(command, action, 'cooling-off', until);

  const events: AccountEvent[] = [];
  const methods: StepUpMethod[] = [];
  let passkey: Passkey | null = null;
  if (command.assertion !== null) {
    const judged = judgeAssertion(state, policy, {
      ...command.assertion,
      at,
      purpose: 'step-up',
      sessionId: null,
    });
    if ('refused' in judged) return reject(judged.refused, ...judged.events);
    passkey = judged.passkey;
    if (action.sensitive && passkey.sensitiveActionsFrom > at) {
      return denied(command, action, 'passkey-too-new', passkey.sensitiveActionsFrom);
    }
    events.push(...judged.events);
    methods.push('passkey');
  }
  if (command.grantHash !== null) {
    const locked = lockedOut(state, at);
    if (locked !== undefined) return reject(locked);
    const found = usableGrant(state, command.grantHash, 'step-up', stepUpId, at);
    if ('refused' in found) return reject(found.refused);
    // A channel that already carried the sign-in proves nothing a second time (invariant 12).
    if (found.grant.factor !== command.signInFactor) methods.push(found.grant.factor);
  }
  const satisfied = action.alternatives.some((alternative) =>
    alternative.every((method) => methods.includes(method)),
  );
  if (!satisfied) return reject(rejection('step-up-method-missing', { alternatives: action.alternatives }));

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
    },
    personal: {},
  });
  return accept(...events);
}

function denied(
  command: PassStepUp,
  action: ActionPolicy,
  reason: 'cooling-off' | 'passkey-too-new',
  until: number,
): Decision<AccountEvent> {
  const refused =
    reason === 'passkey-too-new'
      ? rejection('passkey-too-new', { until })
      : rejection('step-up-denied', { reason, until });
  return reject(refused, {
    type: 'StepUpDenied',
    at: command.at,
    data: { stepUpId: command.stepUpId, action: action.name, reason, until },
    personal: {},
  });
}
