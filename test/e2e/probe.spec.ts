import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runServer, type RunningServer } from '../support/running-server.js';
let server: RunningServer;
beforeAll(async () => { const t = Date.now(); server = await runServer(); console.log('start', Date.now() - t); });
afterAll(() => server.close());
it('x', async () => {
  const a = await server.call('PUT', '/v1/mpchat/accounts/ada', { body: { email: 'ada@example.com', phone: '+86 185 1234 5678', totp: {enroll: true} }, headers: {'idempotency-key': 'a'} });
  console.log(a.status, a.text);
  const b = await server.call('PUT', '/v1/mpchat/accounts/ada', { body: { email: 'ada@example.com', phone: '+86 185 1234 5678', totp: {enroll: true} }, headers: {'idempotency-key': 'a'} });
  console.log(b.status, b.text);
  console.log((await server.call('GET', '/v1/mpchat/accounts/ada?after=' + (a.body as {position: string}).position)).text);
  for (const [m, p, o] of [
    ['PUT', '/v1/mpchat/accounts/ada', { body: '{nope' }],
    ['PUT', '/v1/mpchat/accounts/ada', { body: JSON.stringify({ displayName: 'x'.repeat(70000) }) }],
    ['PUT', '/v1/mpchat/accounts/ada', { body: 'displayName=x', headers: {'content-type': 'application/x-www-form-urlencoded'} }],
    ['PUT', '/v1/mpchat/accounts/ada', { body: 'displayName=x', headers: {'content-type': 'text/plain'} }],
    ['PUT', '/v1/mpchat/accounts/ada', { body: 'displayName=x', headers: {'content-type': 'text/xml'} }],
    ['GET', '/v1/nothing', {}],
    ['GET', '/assets/nothing.js', {}],
    ['GET', '/v1/mpchat/accounts/%E0%A4%A', {}],
    ['PUT', '/v1/mpchat/accounts/', { body: {} }],
    ['POST', '/v1/mpchat/accounts/ada/portal-links', { body: { entryPoint: 'security-center', returnUrl: server.origin + '/x' } }],
    ['GET', '/docs/openapi.json', {}],
    ['GET', '/docs', {}],
    ['GET', '/metrics', {}],
    ['GET', '/health/ready', {}],
  ] as const) {
    const r = await server.call(m, p, o);
    console.log(m, p, r.status, r.headers['content-type'], r.text.slice(0, 600));
  }
});
