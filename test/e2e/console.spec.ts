import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafHash } from '../../src/domain/audit/merkle-tree.js';
import type { Scope } from '../../src/infrastructure/service/api-keys.js';
import { ApiKeys, SCOPES } from '../../src/infrastructure/service/api-keys.js';
import { sha256 } from '../domain/audit/naive-merkle-tree.js';
import { byConsole, consoleCookie } from '../support/console-journeys.js';
import { answered, Person, problem } from '../support/journeys.js';
import { cookieOf } from '../support/portal-journeys.js';
import type { Answer, CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

let server: RunningServer;
let keys: ApiKeys;

beforeAll(async () => {
  server = await runServer();
  keys = new ApiKeys(server.service.tier.apiKeys);
});
afterAll(() => server.close());

type Headers = NonNullable<CallOptions['headers']>;

function open(key: string, headers: Headers = {}): Promise<Answer> {
  return server.call('POST', '/console/sessions', { key: null, body: { key }, headers });
}

const asConsole = (cookie: string, headers: Headers = {}): CallOptions => ({
  key: null,
  headers: { ...byConsole(cookie), ...headers },
});

const sessionFor = (key: string): Promise<string> => consoleCookie(server, key);

const keyIdOf = async (key: string): Promise<string> => (await keys.find(key))?.keyId ?? '';

describe('B9: a session of the console', () => {
  it('is opened by a key of auditors or compliance, which nobody is shown again', async () => {
    const key = await server.keyFor('moomoo', 'audit', 'accounts');
    const opened = await open(key, { 'sec-fetch-site': 'same-origin', origin: server.origin });
    const session = {
      keyId: await keyIdOf(key),
      label: 'of a test',
      scopes: ['accounts', 'audit'],
      products: [{ rp: 'moomoo', name: 'moomoo', timeZone: expect.any(String) }],
      expiresAt: server.clock.in(HOUR),
    };
    expect(answered(opened, 201)).toStrictEqual(session);
    expect(opened.headers['set-cookie']).toStrictEqual([
      expect.stringMatching(
        /^__Host-latchkey-console=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/u,
      ),
    ]);
    const cookie = cookieOf(opened);
    expect(cookie).not.toContain(key);
    const current = await server.call('GET', '/console/sessions/current', asConsole(cookie));
    expect(answered(current, 200)).toStrictEqual(session);
    expect(server.log()).not.toContain(key);
  });

  it('is of every product for a key of every product', async () => {
    const { products } = answered<{ products: { rp: string }[] }>(await open(server.key), 201);
    expect(products.map(({ rp }) => rp)).toStrictEqual(['moomoo', 'mpchat']);
  });

  it('is opened by no key that lacks both scopes, and the answer names them', async () => {
    const key = await server.keyFor(
      'moomoo',
      ...SCOPES.filter((scope) => scope !== 'audit' && scope !== 'compliance'),
    );
    const refused = await open(key);
    expect(answered(refused, 403)).toStrictEqual(
      problem(403, 'scope-missing', { scope: 'audit or compliance' }),
    );
    expect(refused.headers).not.toHaveProperty('set-cookie');
  });

  it('is opened by no key that is wrong, was revoked, or stands in an address', async () => {
    const revoked = await server.keyFor('moomoo', 'audit');
    await keys.revoke(await keyIdOf(revoked), server.clock.now());
    for (const key of [`lk_${'A'.repeat(43)}`, revoked]) {
      const refused = await open(key);
      expect(answered(refused, 401)).toStrictEqual(problem(401, 'api-key-invalid'));
      expect(refused.headers).not.toHaveProperty('set-cookie');
    }
    const inAddress = await server.call('POST', `/console/sessions?key=${server.key}`, {
      key: null,
      body: { key: server.key },
    });
    expect(answered(inAddress, 400)).toMatchObject({ code: 'request-invalid' });
    for (const path of [`/v1/moomoo/audit/events?key=${server.key}`, '/console/sessions/current']) {
      answered(await server.call('GET', path, { key: null, headers: { 'latchkey-console': '1' } }), 401);
    }
    expect(server.log()).not.toContain(server.key);
  });

  it('is opened for our own page alone', async () => {
    const key = await server.keyFor('moomoo', 'audit');
    const foreign: readonly Headers[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${server.port + 1}` },
      { origin: `http://localhost.evil.example:${server.port}` },
    ];
    for (const headers of foreign) {
      const refused = await open(key, headers);
      expect(answered(refused, 403)).toStrictEqual(problem(403, 'request-foreign'));
      expect(refused.headers).not.toHaveProperty('set-cookie');
    }
    for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
      const form = await server.call('POST', '/console/sessions', {
        key: null,
        body: JSON.stringify({ key }),
        headers: { 'content-type': type },
      });
      expect(answered(form, 415)).toStrictEqual(problem(415, 'media-type-not-supported'));
    }
  });

  it('is nothing without its cookie, the console’s header and the console’s origin', async () => {
    const cookie = await sessionFor(await server.keyFor('moomoo', 'audit'));
    const read = (headers: Headers) =>
      server.call('GET', '/v1/moomoo/audit/events', { key: null, headers: headers });
    answered(await read({ cookie, 'latchkey-console': '1' }), 200);
    expect(answered(await read({ cookie }), 401)).toStrictEqual(problem(401, 'api-key-missing'));
    expect(answered(await read({ cookie, 'latchkey-portal': '1' }), 401)).toStrictEqual(
      problem(401, 'session-missing'),
    );
    for (const headers of [
      { 'latchkey-console': '1' },
      { 'latchkey-console': '1', authorization: `Bearer ${server.key}` },
      { 'latchkey-console': '1', cookie: '__Host-latchkey-console=made-up' },
      { 'latchkey-console': '1', cookie: cookie.replace('__Host-', '') },
      { 'latchkey-console': '1', cookie, 'sec-fetch-site': 'cross-site' },
      { 'latchkey-console': '1', cookie, 'sec-fetch-site': 'same-site' },
      { 'latchkey-console': '1', cookie, origin: 'https://evil.example' },
    ]) {
      expect(answered(await read(headers), 401)).toStrictEqual(problem(401, 'session-missing'));
    }
  });

  it('ends when its holder signs out, for whoever copied the cookie too', async () => {
    const cookie = await sessionFor(await server.keyFor('moomoo', 'audit'));
    const left = await server.call('DELETE', '/console/sessions/current', asConsole(cookie));
    expect([left.status, left.text, left.headers['set-cookie']]).toStrictEqual([
      204,
      '',
      ['__Host-latchkey-console=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0'],
    ]);
    for (const path of ['/console/sessions/current', '/v1/moomoo/audit/events']) {
      expect(answered(await server.call('GET', path, asConsole(cookie)), 401)).toStrictEqual(
        problem(401, 'session-missing'),
      );
    }
  });

  it('is ended by no other site', async () => {
    const cookie = await sessionFor(await server.keyFor('moomoo', 'audit'));
    const foreign = asConsole(cookie, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' });
    answered(await server.call('DELETE', '/console/sessions/current', foreign), 401);
    answered(await server.call('GET', '/console/sessions/current', asConsole(cookie)), 200);
  });

  it('ends with its key, at once', async () => {
    const key = await server.keyFor('moomoo', 'audit');
    const cookie = await sessionFor(key);
    const read = () => server.call('GET', '/v1/moomoo/audit/events', asConsole(cookie));
    answered(await read(), 200);
    await keys.revoke(await keyIdOf(key), server.clock.now());
    expect(answered(await read(), 401)).toStrictEqual(problem(401, 'session-missing'));
    // The service has let the key in a moment ago, and looks again all the same.
    answered(await open(key), 401);
  });

  it('ends after an hour, and with the next one of the same browser', async () => {
    const key = await server.keyFor('moomoo', 'audit');
    const cookie = await sessionFor(key);
    const next = cookieOf(await open(key, { cookie }));
    answered(await server.call('GET', '/console/sessions/current', asConsole(cookie)), 401);
    server.clock.advance(HOUR - 1);
    answered(await server.call('GET', '/console/sessions/current', asConsole(next)), 200);
    server.clock.advance(1);
    answered(await server.call('GET', '/console/sessions/current', asConsole(next)), 401);
  });
});

describe('B9: wrong keys', () => {
  it('are limited for each address, and keep no right one out', async () => {
    server.clock.advance(10 * MINUTE);
    const wrong = `lk_${'B'.repeat(43)}`;
    for (let tried = 0; tried < 20; tried += 1) {
      expect(answered(await open(wrong), 401)).toStrictEqual(problem(401, 'api-key-invalid'));
    }
    const limited = await open(wrong);
    expect(answered(limited, 429)).toStrictEqual(
      problem(429, 'too-many-requests', { until: server.clock.in(10 * MINUTE) }),
    );
    expect(Number(limited.headers['retry-after'])).toBe(600);
    answered(await open(await server.keyFor('moomoo', 'audit')), 201);
    server.clock.advance(10 * MINUTE);
    answered(await open(wrong), 401);
  });
});

interface Route {
  readonly method: string;
  readonly path: string;
  readonly scope: Scope;
  readonly console: boolean;
}

describe('B9: what a session of the console may call', () => {
  const routes = async (): Promise<readonly Route[]> => {
    const document = await server.call('GET', '/docs/openapi.json', { key: null });
    const { paths } = answered<{
      paths: Record<string, Record<string, { security: object[]; 'x-scope': Scope }>>;
    }>(document, 200);
    return Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security, 'x-scope': scope }]) => ({
        method,
        path,
        scope,
        console: security.some((scheme) => 'console' in scheme),
      })),
    );
  };
  const reach = async (cookie: string, { method, path }: Route, rp: string): Promise<unknown> => {
    const asked = path.replace('{rp}', rp).replaceAll(/\{\w+\}/gu, 'nothing');
    const body = method === 'get' ? {} : { body: {} };
    const answer = await server.call(method.toUpperCase(), asked, { ...asConsole(cookie), ...body });
    // An export is no JSON.
    const { code, scope } = (answer.body ?? {}) as { code?: string; scope?: string };
    return code === 'scope-missing' ? { code, scope } : code === 'relying-party-not-found' ? code : 'through';
  };

  it('is what reads history and reports, however much more its key may do', async () => {
    const cookie = await sessionFor(await server.keyFor('moomoo', ...SCOPES));
    const all = await routes();
    expect(new Set(all.filter((route) => route.console).map(({ scope }) => scope))).toStrictEqual(
      new Set(['audit', 'compliance']),
    );
    expect(all.filter((route) => route.console && route.method !== 'get')).toStrictEqual([]);
    for (const route of all) {
      const { method, path, scope } = route;
      expect([method, path, await reach(cookie, route, 'moomoo')]).toStrictEqual([
        method,
        path,
        route.console ? 'through' : { code: 'scope-missing', scope },
      ]);
    }
  });

  it.each([
    ['audit', 'compliance'],
    ['compliance', 'audit'],
  ] as const)('is with scope %s nothing that takes scope %s, nor another product’s', async (has, lacks) => {
    const cookie = await sessionFor(await server.keyFor('moomoo', has));
    for (const route of (await routes()).filter((each) => each.console)) {
      const { path, scope } = route;
      expect([path, await reach(cookie, route, 'moomoo')]).toStrictEqual([
        path,
        scope === has ? 'through' : { code: 'scope-missing', scope: lacks },
      ]);
      expect(await reach(cookie, route, 'mpchat')).toBe('relying-party-not-found');
    }
  });

  it('shows personal values by the scope of its key alone', async () => {
    const ada = new Person(server, 'moomoo');
    const { position } = await ada.enrol();
    const read = async (...scopes: Scope[]) =>
      server.call(
        'GET',
        `/v1/moomoo/audit/accounts/${ada.accountId}/history?personal=open&after=${position}`,
        asConsole(await sessionFor(await server.keyFor('moomoo', ...scopes))),
      );
    expect(answered(await read('audit'), 403)).toStrictEqual(
      problem(403, 'scope-missing', { scope: 'accounts' }),
    );
    expect((await read('audit', 'accounts')).text).toContain(ada.email);
  });

  it('is recorded as reading by its key, like any reading', async () => {
    const ada = new Person(server, 'moomoo');
    const { position } = await ada.enrol();
    const key = await server.keyFor('moomoo', 'audit', 'compliance');
    const cookie = await sessionFor(key);
    const get = (path: string, options: CallOptions = asConsole(cookie)) =>
      server.call('GET', `/v1/moomoo/${path}`, options);
    await get(`audit/events?type=PasskeyUsed&after=${position}`);
    // The same question by the key itself is the same reading.
    await get(`audit/events?type=PasskeyUsed&after=${position}`, { key });
    await get(`audit/accounts/${ada.accountId}/history`);
    await get('audit/export');
    await get('compliance/reports/passkey-inventory');
    const seen = (await new Person(server, 'moomoo').enrol()).position;
    const keyId = await keyIdOf(key);
    const read = await get(`audit/events?type=HistoryRead&limit=1000&after=${seen}`, { key: server.key });
    const { events } = answered<{ events: { data: { keyId: string; what: string } }[] }>(read, 200);
    expect(events.filter(({ data }) => data.keyId === keyId).map(({ data }) => data.what)).toStrictEqual([
      'search',
      'account-history',
      'export',
      'passkey-inventory',
    ]);
  });
});

describe('C5 the stored bytes of an event', () => {
  it('are given where they are asked for, and are what its leaf hash is made of', async () => {
    const ada = new Person(server, 'moomoo');
    const { position } = await ada.enrol();
    const path = `/v1/moomoo/audit/accounts/${ada.accountId}/history?after=${position}`;
    interface Page {
      readonly events: readonly { readonly leafHash: string; readonly stored?: string }[];
    }
    const { events } = answered<Page>(await server.call('GET', `${path}&stored=true`), 200);
    expect(events.length).toBeGreaterThan(0);
    for (const { leafHash: claimed, stored } of events) {
      const bytes = new Uint8Array(Buffer.from(stored ?? '', 'base64'));
      expect(Buffer.from(leafHash(sha256, bytes)).toString('base64')).toBe(claimed);
      expect(Buffer.from(bytes).toString()).not.toContain(ada.accountId);
    }
    const without = answered<Page>(await server.call('GET', path), 200);
    expect(without.events.filter((event) => 'stored' in event)).toStrictEqual([]);
    answered(await server.call('GET', `${path}&stored=yes`), 400);
  });
});

describe('B9: in production', () => {
  it('the console is there, for its own origin as the world knows it', async () => {
    const live = await runServer({
      settings: {
        environment: 'production',
        developmentApiKey: undefined,
        masterKey: randomBytes(32).toString('base64'),
        issuer: 'https://passkeys.example/latchkey',
        smtp: { url: 'smtps://mail.invalid', from: 'no-reply@passkeys.example' },
        sms: { url: 'https://sms.invalid/messages', token: 'of the gateway' },
      },
    });
    try {
      const page = await live.call('GET', '/console', { key: null });
      expect([page.status, page.headers['content-type']]).toStrictEqual([200, 'text/html; charset=utf-8']);
      const key = await live.keyFor('moomoo', 'audit');
      const openFrom = (origin: string): Promise<Answer> =>
        live.call('POST', '/console/sessions', {
          key: null,
          body: { key },
          // A proxy in front may name itself.
          headers: { origin, host: 'upstream:3000', 'sec-fetch-site': 'same-origin' },
        });
      answered(await openFrom('https://passkeys.example'), 201);
      for (const origin of ['https://passkeys.example.evil.example', 'http://passkeys.example']) {
        expect(answered(await openFrom(origin), 403)).toStrictEqual(problem(403, 'request-foreign'));
      }
    } finally {
      await live.close();
    }
  });
});
