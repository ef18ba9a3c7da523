import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Duration } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import { cookieNamed, HOST_COOKIE } from './cookies.js';

const PREFIX = '__Host-latchkey-reset-';
const RESET_ID = /^[A-Za-z0-9_-]+$/;

/**
 * Keeps the secret of a reset that a page began where its browser sends it back and no script reads it. It outlives the
 * page, its session and the tab, for the user goes to the provider of the face check and may come back in another.
 */
export function keepResetSecret(
  reply: FastifyReply,
  { resetId, resetSecret }: { readonly resetId: string; readonly resetSecret: string },
  lifetime: Duration,
): void {
  const maxAge = Math.ceil(lifetime / SECOND);
  reply.header('set-cookie', `${PREFIX}${resetId}=${resetSecret}; ${HOST_COOKIE}; Max-Age=${maxAge}`);
}

/** Undefined where this browser began no such reset. */
export function keptResetSecret(request: FastifyRequest, resetId: string): string | undefined {
  return RESET_ID.test(resetId) ? cookieNamed(request, PREFIX + resetId) : undefined;
}
