import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Scope } from '../../src/infrastructure/service/api-keys.js';
import { ApiKeys, SCOPES } from '../../src/infrastructure/service/api-keys.js';
import { answered, Person, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, until } from '../support/running-server.js';

interface Operation {
  readonly summary: string;
  readonly 'x-scope'?: Scope;
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly scope: Scope;
}

let server: RunningServer;
let routes: readonly Route[];

beforeAll(async () => {
  server = await runServer();
  const document = await server.call('GET', '/docs/openapi.json', { key: null });
  const { paths } = answered<{ paths: Record<string, Record<string, Operation>> }>(document, 200);
  routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { 'x-scope': scope }]) => {
      if (scope === undefined) throw new Error(`${method} ${path} is documented without a scope`);
      return { method: method.toUpperCase(), path, scope };
    }),
  );
});
afterAll(() => server.close());

/** Makes a call of every route of the document, in the name of a key. */
async function callEvery(
  keyFor: (route: Route) => string | null | Promise<string>,
  rp = 'mpchat',
): Promise<readonly unknown[]> {
  return Promise.all(
    routes.map(async (route) => {
      const path = route.path.replace('{rp}', rp).replaceAll(/\{\w+\}/gu, 'nothing');
      const body = route.method === 'GET' ? {} : { body: {} };
      const answer = await server.call(route.method, path, { key: await keyFor(route), ...body });
      return [route.method, route.path, answer.body];
    }),
  );
}

const everyRoute = (answer: (route: Route) => object): readonly unknown[] =>
  routes.map((route) => [route.method, route.path, answer(route)]);

describe('every call of the document', () => {
  it('is there', () => {
    expect(routes.length).toBeGreaterThanOrEqual(22);
    expect(routes.every(({ path }) => path.startsWith('/v1/{rp}/'))).toBe(true);
  });

  it('is refused without a key', async () => {
    expect(await callEvery(() => null)).toStrictEqual(everyRoute(() => problem(401, 'api-key-missing')));
  });

  it('is refused without a key where only its head is asked for', async () => {
    for (const { path } of routes.filter(({ method }) => method === 'GET')) {
      const asked = path.replace('{rp}', 'mpchat').replaceAll(/\{\w+\}/gu, 'nothing');
      expect((await server.call('HEAD', asked, { key: null })).status).toBe(401);
    }
  });

  it('is refused with a key that nobody was given', async () => {
    expect(await callEvery(() => `lk_${'A'.repeat(43)}`)).toStrictEqual(
      everyRoute(() => problem(401, 'api-key-invalid')),
    );
  });

  it('is refused with a key that has every scope but the one that it needs', async () => {
    const keyWithout = (scope: Scope) =>
      server.keyFor('mpchat', ...SCOPES.filter((other) => other !== scope));
    expect(await callEvery(({ scope }) => keyWithout(scope))).toStrictEqual(
      everyRoute(({ scope }) => problem(403, 'scope-missing', { scope })),
    );
  });

  it('is refused with another product’s key, in the words for a product that there isn’t', async () => {
    const foreign = await server.keyFor('moomoo', ...SCOPES);
    const refused = everyRoute(() => problem(404, 'relying-party-not-found'));
    expect(await callEvery(() => foreign)).toStrictEqual(refused);
    expect(await callEvery(() => foreign, 'nothing')).toStrictEqual(refused);
  });

  it('is let through with a key of its scope alone', async () => {
    const answers = await callEvery(({ scope }) => server.keyFor('mpchat', scope));
    // An export of several lines is no JSON, and no refusal.
    const codes = answers.map((answer) => (answer as [string, string, { code?: string }?])[2]?.code);
    for (const code of codes) {
      expect([
        'api-key-missing',
        'api-key-invalid',
        'scope-missing',
        'relying-party-not-found',
      ]).not.toContain(code);
    }
  });
});

describe('an API key', () => {
  it.each([
    ['no scheme', (key: string) => key],
    ['another scheme', (key: string) => `Basic ${key}`],
    ['nothing behind the scheme', () => 'Bearer '],
    ['a space too many', (key: string) => `Bearer  ${key}`],
  ])('is refused with %s', async (_what, authorization) => {
    const refused = await server.call('GET', '/v1/mpchat/accounts/ada', {
      key: null,
      headers: { authorization: authorization(server.key) },
    });
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Bearer');
  });

  it('is refused within a second of being revoked', async () => {
    const key = await server.keyFor('mpchat', 'accounts');
    const person = new Person(server, 'mpchat');
    answered(await person.call('PUT', '', { key, body: {} }), 201);
    const keys = new ApiKeys(server.service.tier.apiKeys);
    const { keyId } = (await keys.find(key)) ?? { keyId: '' };
    expect(await keys.revoke(keyId, server.clock.now())).toBe(true);
    const refused = await until(
      () => person.call('PUT', '', { key, body: {} }),
      ({ status }) => status !== 200,
    );
    expect(answered(refused, 401)).toStrictEqual(problem(401, 'api-key-invalid'));
  });

  it('is not taken from the address or the body', async () => {
    const refused = await server.call('GET', `/v1/mpchat/accounts/ada?key=${server.key}`, { key: null });
    answered(refused, 401);
  });
});

describe('an account of one product', () => {
  it('is not there for the other, whatever its key may do', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const key = await server.keyFor('moomoo', ...SCOPES);
    const read = await server.call('GET', `/v1/moomoo/accounts/${ada.accountId}`, { key });
    expect(answered(read, 404)).toStrictEqual(problem(404, 'account-not-found'));
  });
});
