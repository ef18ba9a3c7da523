import { z } from 'zod';
import type { CeremonyId, DeviceId, GrantHash, PasskeyId, StepUpId } from '../../domain/kernel/ids.js';
import { base64url, id, instant, members, nothing, stepUpMethod, text } from './schema-parts.js';
import { noDeviceYet } from './upcasts.js';

const stepUpId = id<StepUpId>();

export const stepUpEvents = {
  StepUpPassed: {
    summary: 'The user proved one named action with its parameters.',
    data: members({
      stepUpId,
      ceremonyId: id<CeremonyId>().nullable(),
      action: text,
      transactionDigest: base64url().describe(
        'SHA-256 over RFC 8785 of `{rp, account, action, parameters, exp, salt}`.',
      ),
      methods: z.array(stepUpMethod),
      passkeyId: id<PasskeyId>().nullable(),
      grantHash: base64url<GrantHash>()
        .nullable()
        .describe('The grant that proved the other method, used up.'),
      singleUse: z.boolean(),
      expiresAt: instant,
      deviceId: id<DeviceId>().nullable().describe('The trusted device that it was asked for on.'),
    }),
    personal: nothing,
    upcasts: [noDeviceYet],
  },
  StepUpDenied: {
    summary: 'The action is stopped for now, whatever the proof.',
    data: members({
      stepUpId,
      action: text,
      reason: z.enum(['cooling-off', 'passkey-too-new', 'locked']),
      until: instant,
    }),
    personal: nothing,
  },
  StepUpConsumed: {
    summary: 'A proof that counts once was redeemed.',
    data: members({ stepUpId }),
    personal: nothing,
  },
};
