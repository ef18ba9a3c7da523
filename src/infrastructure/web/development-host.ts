import type { FastifyInstance } from 'fastify';

/**
 * Development answers to its own name only. Without this, a page anywhere could point its own host name at this machine
 * (DNS rebinding) and read the codes of the outbox.
 */
export function answerToOwnHostOnly(server: FastifyInstance, port: number): void {
  const own = new Set(['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`));
  server.addHook('onRequest', (request, reply, done) => {
    if (own.has(request.headers.host ?? '')) {
      done();
      return;
    }
    void reply
      .status(421)
      .type('application/problem+json')
      .send({
        type: '/docs/errors#host-not-allowed',
        title: 'Development answers to its own host name only.',
        status: 421,
        detail: `Development answers as http://localhost:${port} only.`,
        code: 'host-not-allowed',
      });
  });
}
