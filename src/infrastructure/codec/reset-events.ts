import { z } from 'zod';
import type { PasskeyId, ResetId, ResetSecretHash, StepUpId } from '../../domain/kernel/ids.js';
import { base64url, count, id, instant, members, nothing, text } from './schema-parts.js';

const ofReset = {
  resetId: id<ResetId>(),
  provider: text.describe('Of liveness checks, by its name in policies.'),
};
const ofAttempt = { ...ofReset, attempt: count.describe("Which of the day's attempts, from 1.") };
const evidence = members({
  evidenceId: text.describe("The provider's own id of what its answer rests on."),
});
const removedPasskeyIds = z.array(id<PasskeyId>());
const securityEpoch = count.describe('Grants, ceremonies and tokens of an earlier one no longer count.');

export const resetEvents = {
  LivenessResetRequested: {
    summary: 'A replacement of the passkeys was asked for; the old ones go on to work.',
    data: members({
      ...ofAttempt,
      level: text.describe('What the provider is to check, by its name there.'),
      secretHash: base64url<ResetSecretHash>().describe('SHA-256 of the secret that adds the new passkey.'),
      expiresAt: instant.describe('Without a verdict by then, it expires.'),
    }),
    personal: members({ subject: text.describe("Whom the check has to be about, by the provider's id.") }),
  },
  LivenessAttemptFailed: {
    summary: 'The liveness check was not passed and may be tried again.',
    data: members(ofAttempt),
    personal: evidence,
  },
  LivenessResetCancelled: {
    summary: 'The reset was stopped before its check was passed.',
    data: members({
      ...ofAttempt,
      reason: z
        .enum(['old-passkey', 'dispute'])
        .describe('By a passkey of the account, or by the dispute of an earlier reset.'),
      stepUpId: id<StepUpId>().describe('The proof.'),
    }),
    personal: nothing,
  },
  LivenessResetRejected: {
    summary: 'The liveness check was not passed, for good.',
    data: members({ ...ofAttempt, reason: z.enum(['final', 'attempts-used-up']) }),
    personal: evidence,
  },
  LivenessResetExpired: {
    summary: 'The reset ended without a verdict.',
    data: members({
      ...ofAttempt,
      reason: z
        .enum(['time', 'provider', 'replaced'])
        .describe('Its time was over, the provider gave the check up, or another took its place.'),
    }),
    personal: nothing,
  },
  LivenessResetCompleted: {
    summary: 'The liveness check was passed: the passkeys were removed, and one may be added for a while.',
    data: members({
      ...ofAttempt,
      faceMatched: z
        .boolean()
        .describe("Whether the face was compared with the linked person's, or was only found alive."),
      removedPasskeyIds,
      windowUntil: instant.describe("Until then a passkey may be added with the reset's secret."),
      coolingOffUntil: instant.describe(
        'Until then actions that stop after a reset stop, and a removed passkey can dispute.',
      ),
      securityEpoch,
    }),
    personal: evidence,
  },
  LivenessResetDisputed: {
    summary:
      'A passkey that a reset removed said that it was wrong: passkeys were removed and the account is locked until the relying party unlocks it.',
    data: members({
      ...ofReset,
      reason: z.literal('old-passkey'),
      stepUpId: id<StepUpId>().describe('The proof.'),
      removedPasskeyIds,
      securityEpoch,
    }),
    personal: nothing,
  },
};
