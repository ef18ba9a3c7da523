import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';

export const LOGGER = Symbol('Logger');

export interface Loggers {
  readonly logger: Logger;
  /** For lines whose members are all named where they are written: it has nothing to look for and costs less. */
  readonly requests: Logger;
}

/** Lines are written so many bytes at a time, and after so many ms at the latest: those of a quiet service wait for no others. */
const GATHERED = { minLength: 4_096, periodicFlush: 1_000 };

/**
 * Structured lines on standard output. What identifies a person or opens something is never put into a line; these
 * members are cut out all the same, should one come along inside an error or a request.
 */
export function openLoggers(level: string, destination?: DestinationStream): Loggers {
  const stream = destination ?? pino.destination({ sync: false, ...GATHERED });
  const redact = {
    paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: '[redacted]',
  };
  return {
    logger: pino({ level, base: null, redact }, stream),
    requests: pino({ level, base: null }, stream),
  };
}

const SECRETS = [
  'authorization',
  'cookie',
  'code',
  'grant',
  'token',
  'deviceToken',
  'approvalSecret',
  'matchNumber',
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
