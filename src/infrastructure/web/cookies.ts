import type { FastifyRequest } from 'fastify';

/** What a `__Host-` cookie of ours says of itself: this very host, over TLS, for no script and no other site. */
export const HOST_COOKIE = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export function cookieNamed(request: FastifyRequest, name: string): string | undefined {
  const pairs = request.headers.cookie?.split(';') ?? [];
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
