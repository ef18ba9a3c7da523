import { z } from 'zod';
import type {
  CeremonyId,
  CredentialId,
  DeviceId,
  GrantHash,
  PasskeyId,
  ResetId,
  SessionId,
  StepUpId,
} from '../../domain/kernel/ids.js';
import { BIOMETRICS } from '../../domain/policy/device.js';
import type { JsonObject } from './event-definition.js';
import { base64url, count, device, id, instant, members, nothing, text } from './schema-parts.js';
import { noDeviceYet } from './upcasts.js';

const passkeyId = id<PasskeyId>();
const name = text.describe('The name that the user sees.');

export const passkeyEvents = {
  PasskeyRegistered: {
    summary: 'A passkey was created and bound to the account.',
    data: members({
      passkeyId,
      credentialId: base64url<CredentialId>().describe("The authenticator's id of the credential."),
      publicKey: base64url().describe('COSE_Key (RFC 9052 §7).'),
      algorithm: z.int().describe('COSE algorithm: -7 ES256, -8 EdDSA, -257 RS256.'),
      signCount: count,
      aaguid: z.guid().describe('The model of the authenticator, as it says.'),
      transports: z.array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])),
      backupEligible: z.boolean().describe('Whether it may ever be synced.'),
      backedUp: z.boolean(),
      userVerified: z.boolean(),
      attestation: members({ format: text, trust: z.enum(['none', 'untrusted', 'trusted']) }),
      capabilities: z.array(z.enum(['cross-device', 'scan', ...BIOMETRICS])),
      grantHash: base64url<GrantHash>()
        .nullable()
        .describe('The grant that it used up; null where it used up a reset.'),
      resetId: id<ResetId>().nullable().describe('The reset whose secret it used up.'),
      vouchedBy: id<StepUpId>()
        .nullable()
        .describe('The step-up by which an existing passkey vouched for it.'),
      ceremonyId: id<CeremonyId>(),
      entryPoint: text.describe('Where in the product the user came from.'),
      sensitiveActionsFrom: instant.describe('Before that it approves no sensitive action.'),
    }),
    personal: members({ name, device }),
    // Before there were resets, every passkey used up a grant.
    upcasts: [{ data: (data: JsonObject) => ({ ...data, resetId: null }) }],
  },
  PasskeyRenamed: {
    summary: 'The user gave a passkey another name.',
    data: members({ passkeyId }),
    personal: members({ name, previousName: text }),
  },
  PasskeyUsed: {
    summary: 'A passkey signed, and the signature was verified.',
    data: members({
      passkeyId,
      ceremonyId: id<CeremonyId>(),
      ceremonyExpiresAt: instant,
      purpose: z
        .enum(['sign-in', 'step-up', 'dispute-reset'])
        .describe('Only a passkey that a reset removed disputes it.'),
      signCount: count,
      backedUp: z.boolean(),
      sessionId: id<SessionId>().nullable().describe('The session that a sign-in opened.'),
      deviceId: id<DeviceId>().nullable().describe('The trusted device that showed its token.'),
    }),
    personal: members({ device: device.nullable() }),
    upcasts: [noDeviceYet],
  },
  PasskeyVerificationFailed: {
    summary: 'An answer that a passkey gave, or was said to have given, could not be verified.',
    data: members({
      passkeyId: id<PasskeyId>().nullable(),
      purpose: z.enum(['sign-in', 'step-up', 'dispute-reset']),
      reason: text.describe('A code of the verifier.'),
    }),
    personal: nothing,
  },
  PasskeyCloneSuspected: {
    summary: 'The sign count did not grow: the private key may exist twice.',
    data: members({
      passkeyId,
      storedCount: count,
      receivedCount: count,
      consequence: z.enum(['flagged', 'suspended']),
    }),
    personal: nothing,
  },
  PasskeyRemoved: {
    summary: 'A passkey no longer signs in or approves anything.',
    data: members({ passkeyId, why: z.enum(['user', 'admin', 'reset', 'account-erased']) }),
    personal: nothing,
  },
};
