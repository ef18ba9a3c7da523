import { z } from 'zod';
import type { CheckId, GrantHash, StepUpId } from '../../domain/kernel/ids.js';
import type { JsonObject } from './event-definition.js';
import {
  base64url,
  count,
  factor,
  id,
  instant,
  members,
  nothing,
  purpose,
  totpStep,
} from './schema-parts.js';

const on = z
  .enum(['code', 'relying-party-word'])
  .describe('Whether we compared a code or the relying party vouched.');
const stepUpId = id<StepUpId>().nullable().describe('The only step-up that the check counts for.');

export const securityCheckEvents = {
  SecurityCheckPassed: {
    summary: 'A factor was proven for one purpose, and a grant was given for it.',
    data: members({
      checkId: id<CheckId>(),
      factor,
      purpose,
      stepUpId,
      grantHash: base64url<GrantHash>().describe("SHA-256 of the grant's secret."),
      grantExpiresAt: instant,
      checkExpiresAt: instant,
      totpStep,
      on,
    }),
    personal: nothing,
  },
  SecurityCheckFailed: {
    summary: 'A factor was not proven.',
    data: members({
      checkId: id<CheckId>(),
      factor,
      purpose,
      stepUpId,
      checkExpiresAt: instant,
      wrongGuesses: count.describe('Of this check, this one included.'),
      failuresInWindow: count.describe("Of the account, in the policy's lock-out window."),
      on,
    }),
    personal: nothing,
  },
  AccountLocked: {
    summary: 'Too many failures: factors are refused for a time. A passkey still signs in.',
    data: members({ until: instant, why: z.literal('too-many-failures'), failuresInWindow: count }),
    personal: nothing,
  },
  FactorDisabled: {
    summary:
      'Too many wrong entries in a row: the factor proves nothing until it is confirmed anew or reinstated.',
    data: members({ factor, failuresInARow: count }),
    personal: nothing,
  },
  FactorReinstated: {
    summary: 'A disabled factor counts again.',
    data: members({ factor, by: z.literal('admin') }),
    personal: nothing,
  },
  AccountUnlocked: {
    summary: 'The lock was lifted before its time.',
    data: members({
      by: z.literal('admin'),
      reason: z
        .enum(['too-many-failures', 'reset-disputed'])
        .nullable()
        .describe('The lock that was lifted; null where every one was.'),
    }),
    personal: nothing,
    upcasts: [{ data: (data: JsonObject) => ({ ...data, reason: null }) }],
  },
};
