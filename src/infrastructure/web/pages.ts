import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Which page stands at which path. Those of development show the products to a newcomer. */
const PAGES = { '/security-center': 'security-center.html', '/console': 'console.html' } as const;
const DEVELOPMENT_PAGES = {
  '/': 'index.html',
  '/outbox': 'outbox.html',
  '/liveness-simulator/': 'liveness-simulator.html',
} as const;

/** Nothing inline, nothing from elsewhere, in nobody's frame (CSP Level 3). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ');

/** The reference of the API is a third party's page: it styles itself inline, and runs no inline script. */
const DOCS_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

/** An answer of the API is no page: nothing in it is ever to be run or shown. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** @param folder the built pages, absolute */
export async function servePages(
  server: FastifyInstance,
  folder: string,
  development: boolean,
): Promise<void> {
  server.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('content-security-policy', policyFor(request.url));
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done();
  });
  if (!existsSync(join(folder, PAGES['/security-center']))) {
    throw new Error(`the pages are not built: ${folder} holds none`);
  }
  await server.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: true,
  });
  const pages = development ? { ...PAGES, ...DEVELOPMENT_PAGES } : PAGES;
  for (const [path, file] of Object.entries(pages)) {
    if (!existsSync(join(folder, file))) continue;
    server.get(path, (_request, reply) =>
      reply.sendFile(file, folder, { maxAge: 0, immutable: false, cacheControl: false }),
    );
  }
}

function policyFor(path: string): string {
  if (path.startsWith('/v1/')) return API_POLICY;
  return path.startsWith('/docs') ? DOCS_POLICY : CONTENT_SECURITY_POLICY;
}
