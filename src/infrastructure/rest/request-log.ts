import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { productOf } from './caller.js';

/** One line for each request: the route's pattern, never the path, for account ids stand in it. */
export function logRequests(server: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('info')) return;
  server.addHook('onResponse', (request, reply, done) => {
    logger.info({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      rp: productOf(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}
