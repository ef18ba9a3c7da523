import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { unreachable } from '../../kernel/exhaustive.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty, ResetPolicy } from '../../policy/relying-party.js';
import type { RecordLivenessVerdict } from '../commands.js';
import type { AccountEvent, LivenessResetCompleted } from '../events.js';
import { attemptsUsedUp, openReset, removals } from '../rules/resets.js';
import type { EnrolledAccount, OpenReset } from '../state.js';

/** Completes, rejects or goes on with a reset, by an answer that is about this reset and nothing else (invariant 9). */
export function recordLivenessVerdict(
  command: RecordLivenessVerdict,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, evidenceId } = command;
  const found = openReset(state, command.resetId, at);
  if ('refused' in found) return reject(found.refused);
  const { open } = found;
  const { reset } = policy;
  if (reset === undefined) return reject(rejection('reset-not-offered'));
  // Webhook and poll both ask, and hear the same.
  if (open.evidence.includes(evidenceId)) return accept();
  const reason = foreign(command, open, state, reset);
  if (reason !== undefined) return reject(rejection('liveness-answer-refused', { reason }));

  const data = { resetId: open.resetId, provider: open.provider, attempt: open.attempt };
  const personal = { evidenceId };
  switch (command.verdict) {
    case 'passed':
      return complete(command, open, state, policy, reset);
    case 'final':
      return accept({ type: 'LivenessResetRejected', at, data: { ...data, reason: 'final' }, personal });
    case 'retry': {
      const usedUp = attemptsUsedUp(state, reset, at) !== undefined;
      return accept(
        usedUp
          ? { type: 'LivenessResetRejected', at, data: { ...data, reason: 'attempts-used-up' }, personal }
          : { type: 'LivenessAttemptFailed', at, data, personal },
      );
    }
    default:
      return unreachable(command.verdict);
  }
}

/** What makes the answer one about something else, good or bad. */
function foreign(
  answer: RecordLivenessVerdict,
  open: OpenReset,
  { livenessSubject }: EnrolledAccount,
  reset: ResetPolicy,
): 'provider' | 'subject' | 'level' | 'sandbox' | 'face-match' | undefined {
  if (answer.provider !== open.provider) return 'provider';
  // Linked when it was asked for and linked still: nobody comes in between by linking somebody else.
  if (answer.subject !== open.subject || livenessSubject?.subject !== open.subject) return 'subject';
  if (answer.level !== open.level) return 'level';
  if (answer.sandbox && !answer.sandboxCounts) return 'sandbox';
  if (answer.verdict === 'passed' && !answer.faceMatched && reset.faceMatchRequired) return 'face-match';
  return undefined;
}

function complete(
  { at, evidenceId, faceMatched }: RecordLivenessVerdict,
  { resetId, provider, attempt }: OpenReset,
  state: EnrolledAccount,
  policy: RelyingParty,
  reset: ResetPolicy,
): Decision<AccountEvent> {
  const completed: LivenessResetCompleted = {
    type: 'LivenessResetCompleted',
    at,
    data: {
      resetId,
      provider,
      attempt,
      faceMatched,
      removedPasskeyIds: state.passkeys.map(({ passkeyId }) => passkeyId),
      windowUntil: at + reset.window,
      coolingOffUntil: at + policy.coolingOff.reset,
      securityEpoch: state.securityEpoch + 1,
    },
    personal: { evidenceId },
  };
  return accept<AccountEvent>(completed, ...removals(state, 'reset', at));
}
