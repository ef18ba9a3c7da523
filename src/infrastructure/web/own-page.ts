import type { FastifyRequest } from 'fastify';

/**
 * Whether a request may come from our own page: browsers say of every request which site asked for it (Fetch Metadata),
 * and another site's page can't unsay it. What says nothing is no browser, and holds no cookie of one.
 */
export function mayBeOwnPage({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}
