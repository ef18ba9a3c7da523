import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const RAW_BODY = Symbol('rawBody');

/** Keeps the bytes of bodies below a path: what a webhook's signature is over is the bytes, not what they were read as. */
export function keepRawBodies(server: FastifyInstance, path: string): void {
  server.addHook('preParsing', (request, _reply, payload, done) => {
    if (!request.url.startsWith(path)) {
      done(null, payload);
      return;
    }
    const chunks: Buffer[] = [];
    const kept = new PassThrough();
    payload.on('data', (chunk: Buffer) => chunks.push(chunk));
    payload.on('end', () => {
      Object.defineProperty(request, RAW_BODY, { value: Buffer.concat(chunks) });
    });
    payload.on('error', (error) => kept.destroy(error));
    done(null, payload.pipe(kept));
  });
}

/** Undefined where the request had no body, or its path keeps none. */
export function rawBodyOf(request: FastifyRequest): Buffer | undefined {
  return (request as { [RAW_BODY]?: Buffer })[RAW_BODY];
}
