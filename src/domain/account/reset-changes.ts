import { personalOf, REDACTED } from '../kernel/event.js';
import type { Instant } from '../kernel/time.js';
import { DAY } from '../kernel/time.js';
import type { AccountEventOf } from './events.js';
import type { CompletedReset, EnrolledAccount, Resets } from './state.js';

type OfResets = AccountEventOf<
  | 'LivenessResetRequested'
  | 'LivenessAttemptFailed'
  | 'LivenessResetCancelled'
  | 'LivenessResetRejected'
  | 'LivenessResetExpired'
  | 'LivenessResetCompleted'
  | 'LivenessResetDisputed'
  | 'PasskeyRegistered'
>;

/** What an event leaves of the account's members that speak of resets. */
export function resetsAfter(state: EnrolledAccount, event: OfResets): Resets {
  const { resets } = state;
  switch (event.type) {
    case 'LivenessResetRequested': {
      const { resetId, provider, level, secretHash, expiresAt, attempt } = event.data;
      const subject = personalOf(event)?.subject ?? REDACTED;
      const open = { resetId, provider, level, subject, secretHash, expiresAt, attempt, evidence: [] };
      return { ...resets, open, attempts: [...resets.attempts, event.at] };
    }
    case 'LivenessAttemptFailed': {
      const { open } = resets;
      if (open === null) return resets;
      const evidence = [...open.evidence, personalOf(event)?.evidenceId ?? REDACTED];
      return {
        ...resets,
        open: { ...open, attempt: event.data.attempt + 1, evidence },
        attempts: [...resets.attempts, event.at],
      };
    }
    case 'LivenessResetCancelled':
    case 'LivenessResetRejected':
    case 'LivenessResetExpired':
      return { ...resets, open: null, ended: event.data.resetId };
    case 'LivenessResetCompleted':
      return {
        ...resets,
        open: null,
        required: true,
        completed: [...resets.completed, completed(state, event)],
      };
    case 'LivenessResetDisputed':
      // Its secret, and that of any reset before it, adds nothing any more.
      return { ...resets, required: true, disputed: event.data.resetId, completed: [] };
    case 'PasskeyRegistered': {
      const { resetId } = event.data;
      return resetId === null
        ? resets
        : {
            ...resets,
            required: false,
            completed: resets.completed.map((reset) =>
              reset.resetId === resetId ? { ...reset, secretSpent: true } : reset,
            ),
          };
    }
  }
}

function completed(
  { passkeys, resets }: EnrolledAccount,
  { data }: AccountEventOf<'LivenessResetCompleted'>,
): CompletedReset {
  const { resetId, provider, windowUntil, coolingOffUntil, removedPasskeyIds } = data;
  return {
    resetId,
    provider,
    secretHash: resets.open?.secretHash ?? null,
    secretSpent: false,
    windowUntil,
    coolingOffUntil,
    removed: passkeys.filter(({ passkeyId }) => removedPasskeyIds.includes(passkeyId)),
  };
}

/** Bounded by what a policy allows in a day and by how long cooling-off lasts. */
export function rememberedResets(resets: Resets, oldest: Instant): Resets {
  const completedNow = resets.completed.filter(({ coolingOffUntil }) => coolingOffUntil > oldest);
  const attempts = resets.attempts.filter((at) => at > oldest - DAY);
  return completedNow.length === resets.completed.length && attempts.length === resets.attempts.length
    ? resets
    : { ...resets, completed: completedNow, attempts };
}
