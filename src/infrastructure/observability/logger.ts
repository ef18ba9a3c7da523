import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';

export const LOGGER = Symbol('Logger');

/**
 * Structured lines on standard output. What identifies a person or opens something is never put into a line; these
 * members are cut out all the same, should one come along inside an error or a request.
 */
export function openLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
    },
    destination ?? pino.destination({ sync: false, minLength: 4096 }),
  );
}

const SECRETS = [
  'authorization',
  'cookie',
  'code',
  'grant',
  'token',
  'secret',
  'totpSecret',
  'password',
  'credential',
  'accountId',
  'phone',
  'email',
  'displayName',
  'identifiers',
  'to',
  'address',
  'agent',
] as const;
