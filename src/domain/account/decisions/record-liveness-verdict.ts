import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { unreachable } from '../../kernel/exhaustive.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty, ResetPolicy } from '../../policy/relying-party.js';
import type { RecordLivenessVerdict } from '../commands.js';
import type { AccountEvent, LivenessResetCompleted } from '../events.js';
import { attemptsOfDay, openReset, removalsByReset } from '../rules/resets.js';
import type { EnrolledAccount, OpenReset } from '../state.js';

/** What makes an answer one about something else, good or bad. */
export const FOREIGN_ANSWERS = ['provider', 'subject', 'level', 'sandbox', 'face-match'] as const;
type ForeignAnswer = (typeof FOREIGN_ANSWERS)[number];

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

  const events: AccountEvent[] = [];
  let { attempt } = open;
  let left = reset.attemptsPerDay - attemptsOfDay(state, at).length;
  const of = { resetId: open.resetId, provider: open.provider };
  for (const evidence of failures(command, open)) {
    const personal = { evidenceId: evidence };
    const data = { ...of, attempt };
    if (left-- <= 0) {
      const reason = 'attempts-used-up';
      return accept(...events, {
        type: 'LivenessResetRejected',
        at,
        data: { ...data, reason },
        personal: { evidenceId },
      });
    }
    events.push({ type: 'LivenessAttemptFailed', at, data, personal });
    attempt += 1;
  }
  switch (command.verdict) {
    case 'passed':
      return accept(...events, ...completion(command, { ...open, attempt }, state, policy, reset));
    case 'final': {
      const data = { ...of, attempt, reason: 'final' } as const;
      return accept(...events, { type: 'LivenessResetRejected', at, data, personal: { evidenceId } });
    }
    case 'retry':
      return accept(...events);
    default:
      return unreachable(command.verdict);
  }
}

/** What each failed try is told by: those that the provider counted and was never asked about have no id of their own. */
function* failures(
  { verdict, evidenceId, tries = 1 }: RecordLivenessVerdict,
  open: OpenReset,
): Generator<string> {
  for (let earlier = open.evidence.length + 1; earlier < tries; earlier++) yield `${evidenceId}#${earlier}`;
  if (verdict === 'retry') yield evidenceId;
}

function foreign(
  answer: RecordLivenessVerdict,
  open: OpenReset,
  { livenessSubject }: EnrolledAccount,
  reset: ResetPolicy,
): ForeignAnswer | undefined {
  if (answer.provider !== open.provider) return 'provider';
  // Linked when it was asked for and linked still: nobody comes in between by linking somebody else.
  if (answer.subject !== open.subject || livenessSubject?.subject !== open.subject) return 'subject';
  if (answer.level !== open.level) return 'level';
  if (answer.sandbox && !answer.sandboxCounts) return 'sandbox';
  if (answer.verdict === 'passed' && !answer.faceMatched && reset.faceMatchRequired) return 'face-match';
  return undefined;
}

function completion(
  { at, evidenceId, faceMatched }: RecordLivenessVerdict,
  { resetId, provider, attempt }: OpenReset,
  state: EnrolledAccount,
  policy: RelyingParty,
  reset: ResetPolicy,
): readonly AccountEvent[] {
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
  return [completed, ...removalsByReset(state, at)];
}
