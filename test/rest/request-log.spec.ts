import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { pino } from 'pino';
import { admit } from '../../src/infrastructure/rest/caller.js';
import type { Admitted } from '../../src/infrastructure/rest/caller.js';
import { logRequests } from '../../src/infrastructure/rest/request-log.js';

describe('the log of requests', () => {
  it('has one line for each, with the pattern of its route and never its path', async () => {
    const lines: unknown[] = [];
    const server = fastify();
    logRequests(
      server,
      pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) }),
    );
    server.get('/v1/:rp/accounts/:accountId', (request) => {
      admit(request, { policy: { slug: 'mpchat' } } as unknown as Admitted);
      return {};
    });
    server.post('/v1/:rp/things', (_request, reply) => reply.code(409).send({}));
    for (const [method, url] of [
      ['GET', '/v1/mpchat/accounts/ada'],
      ['HEAD', '/v1/mpchat/accounts/ada'],
      ['POST', '/v1/mpchat/things'],
      ['GET', '/nothing/of/ada'],
    ] as const) {
      await server.inject({ method, url });
    }
    await server.close();
    const line = (method: string, route: string, status: number, product: object) => ({
      level: 30,
      method,
      route,
      ...product,
      status,
      ms: expect.any(Number),
    });
    const rp = { rp: 'mpchat' };
    expect(lines).toStrictEqual([
      line('GET', '/v1/:rp/accounts/:accountId', 200, rp),
      line('HEAD', '/v1/:rp/accounts/:accountId', 200, rp),
      line('POST', '/v1/:rp/things', 409, {}),
      line('GET', 'none', 404, {}),
    ]);
  });
});
