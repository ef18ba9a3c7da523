import { z } from 'zod';
import { APP_KINDS, BIOMETRICS, PLATFORMS } from '../../domain/policy/device.js';

/**
 * What stored events are made of. Schemas state shapes and no rules: a rule that changes must never make an event
 * of the past unreadable.
 */

/**
 * A strict object. Parsing gives its members in the order of RFC 8785 §3.2.3, so that what was parsed can be
 * written canonically as it is.
 */
export function members<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const sorted = Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1));
  return z.strictObject(Object.fromEntries(sorted) as Shape);
}

export const nothing: z.ZodType<object> = members({});

const identifier: z.ZodType<string> = z
  .string()
  .min(1)
  .meta({ id: 'Id', description: 'An identifier; nobody reads anything out of it.' });

export const id = <Id extends string = string>(): z.ZodType<Id> => identifier as z.ZodType<Id>;

const binary: z.ZodType<string> = z
  .string()
  .regex(/^[\w-]+$/)
  .meta({ id: 'Base64url', description: 'Bytes in unpadded base64url (RFC 4648 §5).' });

export const base64url = <Name extends string = string>(): z.ZodType<Name> => binary as z.ZodType<Name>;

export const instant = z
  .int()
  .nonnegative()
  .meta({ id: 'Instant', description: 'Whole milliseconds since the Unix epoch.' });

export const text = z.string();

export const count = z.int().nonnegative();

export const codeFactor = z.enum(['sms', 'email', 'totp']);

export const factor = z.enum(['sms', 'email', 'totp', 'password']);

export const stepUpMethod = z.enum(['passkey', 'sms', 'email', 'totp', 'password']);

export const purpose = z.enum(['bind-passkey', 'sign-in', 'step-up', 'change-factors']);

/** The RFC 6238 time step of a code, which no later check may use again. */
export const totpStep = count.nullable().describe('The time step of the TOTP code used (RFC 6238 §4.2).');

export const device = members({
  deviceId: text.exactOptional(),
  platform: z.enum(PLATFORMS),
  osVersion: text.exactOptional(),
  appVersion: text.exactOptional(),
  appKind: z.enum(APP_KINDS).exactOptional(),
  model: text.exactOptional(),
  screenLock: z.boolean().exactOptional(),
  biometrics: z.array(z.enum(BIOMETRICS)).exactOptional(),
  passwordsApp: z.boolean().exactOptional(),
  playServices: z.boolean().exactOptional(),
  passkeyProviders: z.array(text).exactOptional(),
}).meta({ id: 'Device', description: 'What the client said of itself.' });
