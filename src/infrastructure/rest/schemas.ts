import { z } from 'zod';
import type { PresentedDevice } from '../../application/accounts/presented-device.js';
import { APP_KINDS, BIOMETRICS, PLATFORMS } from '../../domain/policy/device.js';
import { STORAGE_CHOICES } from '../../application/ports/webauthn.js';

/** Shapes that several calls share. Members that are not named are refused, so that a typo is not passed over. */
const short = z.string().min(1).max(128);

export const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
export const position = z
  .string()
  .meta({ description: 'Show it to a query as `?after=` to read your own write.' });

export const codeFactor = z.enum(['sms', 'email', 'totp']);
export const factor = z.enum(['sms', 'email', 'totp', 'password']);
export const purpose = z.enum(['bind-passkey', 'sign-in', 'step-up', 'change-factors']);
export const method = z.enum(['passkey', 'sms', 'email', 'totp', 'password']);

/** As a page says it, to be passed on. */
export const saidOfDevice = z.strictObject({
  deviceId: short.exactOptional(),
  deviceToken: z.string().max(512).exactOptional(),
  platform: z.enum(PLATFORMS),
  osVersion: short.exactOptional(),
  appVersion: short.exactOptional(),
  appKind: z.enum(APP_KINDS).exactOptional(),
  model: short.exactOptional(),
  screenLock: z.boolean().exactOptional(),
  biometrics: z.array(z.enum(BIOMETRICS)).max(2).exactOptional(),
  passwordsApp: z.boolean().exactOptional(),
  playServices: z.boolean().exactOptional(),
  passkeyProviders: z.array(short).max(16).exactOptional(),
});

/** What the client says of itself. The device token proves something else and is not passed on with it. */
export const device = saidOfDevice.transform(({ deviceToken: _token, ...said }) => said);

/** The same with its token, where it matters which device it is. */
export const presentedDevice = saidOfDevice.transform(({ deviceToken, ...said }): PresentedDevice => ({
  said,
  token: deviceToken ?? null,
}));

export const NO_DEVICE: PresentedDevice = { said: null, token: null };

export const storage = z.enum(STORAGE_CHOICES);

const DEEPEST = 16;

/**
 * Every JSON reader makes the same of it, so that the digest over it is of what the backend meant: no number is beyond
 * what a double tells apart, and nothing is nested too deep to be walked through.
 */
function unmistakable(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  }
  if (typeof value !== 'object' || value === null) return true;
  return depth < DEEPEST && Object.values(value).every((member) => unmistakable(member, depth + 1));
}

export const parameters = z
  .record(z.string().max(64), z.unknown())
  .refine((named) => unmistakable(named), {
    error: `must be nested at most ${DEEPEST} deep, with numbers that a double holds exactly: amounts as strings`,
  })
  .meta({ description: 'Amounts as strings.' });

export const credential = z
  .record(z.string(), z.unknown())
  .meta({ description: 'What the platform answered, as JSON (WebAuthn §5.1.8).' });

export const options = z.record(z.string(), z.unknown());

export const factorView = z.object({
  factor: codeFactor,
  destination: z.string(),
  confirmed: z.boolean(),
  disabled: z.literal(true).optional().meta({
    description: 'Refused after too many wrong entries in a row, until confirmed anew or reinstated.',
  }),
});

export const passkeyView = z.object({
  passkeyId: z.string(),
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  provider: z.string().nullable(),
  capabilities: z.array(z.string()),
  transports: z.array(z.string()),
  synced: z.boolean(),
  status: z.enum(['active', 'suspended']),
});

export const signals = z
  .object({
    unknownCredential: z.record(z.string(), z.unknown()).exactOptional(),
    allAcceptedCredentials: z.record(z.string(), z.unknown()).exactOptional(),
    currentUserDetails: z.record(z.string(), z.unknown()).exactOptional(),
  })
  .meta({ description: 'For the WebAuthn Signal API, member for member.' });
