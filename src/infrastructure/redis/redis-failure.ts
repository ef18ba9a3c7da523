import { Unavailable } from '../../application/ports/unavailable.js';

/**
 * What a failed command comes to. The client's own error holds the command with its values, and Redis' words may quote them:
 * neither goes on from here.
 */
export function failureOf(error: unknown): Error {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return new Unavailable('redis-unreachable');
  const word = wordOf(error);
  return word === undefined || /^(?:ERR|WRONGTYPE)$/.test(word)
    ? new Error('Redis refused a command')
    : new Unavailable(`redis-${word.toLowerCase()}`);
}

/** What the machine, TLS or Redis calls the fault, such as `ECONNREFUSED` or `WRONGPASS`: a word that quotes nothing. */
export function codeOf(error: Error & { readonly code?: unknown }): string | undefined {
  if (error.name === 'ReplyError') return wordOf(error);
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Redis begins its errors with a word of its own for the state that it is in, and with ERR where the command is to blame. */
function wordOf({ message }: Error): string | undefined {
  return /^[A-Z]{2,16}(?= |$)/u.exec(message)?.[0];
}
