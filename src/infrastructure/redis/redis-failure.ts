import { Unavailable } from '../../application/ports/unavailable.js';

/**
 * What a failed command comes to. The client's own error holds the command with its values, and Redis' words may quote them:
 * neither goes on from here.
 */
export function failureOf(error: unknown): Error {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return new Unavailable('redis-unreachable');
  // Redis begins its errors with a word of its own for the state that it is in, and with ERR where the command is to blame.
  const [word = 'ERR'] = error.message.split(' ', 1);
  return /^(?!ERR$|WRONGTYPE$)[A-Z]{2,16}$/.test(word)
    ? new Unavailable(`redis-${word.toLowerCase()}`)
    : new Error('Redis refused a command');
}
