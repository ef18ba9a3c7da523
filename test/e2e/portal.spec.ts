import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import type { Check, Product, Registered, Registration } from '../support/journeys.js';
import { answered, BROWSER, Person, personWithPasskey, problem, PRODUCTS } from '../support/journeys.js';
import { asPage, cookieOf, exchange, linkFor, returnUrl, visitBy } from '../support/portal-journeys.js';

const MINUTE = 60_000;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe.each(PRODUCTS)('a link to the Security Center of %s', (rp) => {
  it('carries its secret in the fragment and opens a session once', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const made = await ada.call('POST', '/portal-links', {
      body: { entryPoint: 'security-center', returnUrl: returnUrl(server) },
    });
    expect(answered(made, 201)).toStrictEqual({
      url: expect.stringMatching(
        new RegExp(`^http://localhost:${server.port}/security-center#[\\w-]{43}$`, 'u'),
      ),
      expiresAt: server.clock.in(MINUTE),
    });
    const secret = answered<{ url: string }>(made, 201).url.split('#')[1] ?? '';
    const answers = await Promise.all([1, 2, 3, 4].map(() => exchange(server, secret)));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([201, 410, 410, 410]);
    const opened = answers.find(({ status }) => status === 201);
    expect(opened?.headers['set-cookie']).toStrictEqual([
      expect.stringMatching(/^__Host-latchkey=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/u),
    ]);
    const session = {
      rp,
      rpName: rp === 'mpchat' ? 'MPChat' : 'moomoo',
      accountId: ada.accountId,
      entryPoint: 'security-center',
      purposeText: expect.any(String),
      returnUrl: returnUrl(server),
      offersReset: true,
      approvesNewDevices: rp === 'moomoo',
    };
    expect(opened?.body).toStrictEqual(session);
    for (const answer of answers.filter(({ status }) => status === 410)) {
      expect(answer.body).toStrictEqual(problem(410, 'link-used'));
      expect(answer.headers).not.toHaveProperty('set-cookie');
    }
    const cookie = opened === undefined ? '' : cookieOf(opened);
    const current = await server.call('GET', '/portal/sessions/current', asPage(cookie));
    expect(answered(current, 200)).toStrictEqual(session);
  });

  it('opens nothing after a minute, nor by a secret that was made up', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const secret = await linkFor(ada);
    server.clock.advance(MINUTE);
    for (const tried of [secret, 'made-up', '']) {
      expect(answered(await exchange(server, tried), 410)).toStrictEqual(problem(410, 'link-used'));
    }
  });

  it('leads nowhere but to an entry point and back to an origin of the product', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const linked = await ada.call('POST', '/portal-links', {
      body: { entryPoint: 'nowhere', returnUrl: `http://localhost:${server.port}@evil.example/` },
    });
    expect(answered(linked, 400)).toStrictEqual(
      problem(400, 'request-invalid', {
        errors: [
          { pointer: '/entryPoint', detail: 'is not an entry point of this product' },
          { pointer: '/returnUrl', detail: 'must be at an origin of this product' },
        ],
      }),
    );
    for (const url of [
      'javascript:alert(1)',
      'https://mp.net.evil.example',
      `http://127.0.0.1:${server.port}`,
    ]) {
      const foreign = await ada.call('POST', '/portal-links', {
        body: { entryPoint: 'security-center', returnUrl: url },
      });
      answered(foreign, 400);
    }
    const nobody = new Person(server, rp);
    const missing = await nobody.call('POST', '/portal-links', {
      body: { entryPoint: 'security-center', returnUrl: returnUrl(server) },
    });
    expect(answered(missing, 404)).toStrictEqual(problem(404, 'account-not-found'));
  });

  it('is not exchanged for another site, which would choose whose session its visitor is in', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const secret = await linkFor(ada);
    for (const site of ['cross-site', 'same-site', 'none']) {
      const refused = await exchange(server, secret, { 'sec-fetch-site': site });
      expect(answered(refused, 403)).toStrictEqual(problem(403, 'request-foreign'));
      expect(refused.headers).not.toHaveProperty('set-cookie');
    }
    const form = await server.call('POST', '/portal/sessions', {
      key: null,
      body: `secret=${secret}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answered(form, 415)).toStrictEqual(problem(415, 'media-type-not-supported'));
    answered(await exchange(server, secret), 201);
  });
});

describe.each(PRODUCTS)('a session of the Security Center of %s', (rp) => {
  it('B9: adds, renames and lists passkeys of its own account, in the name of its user', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const cookie = await visitBy(ada);
    const call = (method: string, path: string, body?: object) =>
      ada.call(method, path, asPage(cookie, body === undefined ? {} : { body }));

    const { checkId } = answered<Check>(
      await call('POST', '/security-checks', { factor: 'sms', purpose: 'bind-passkey' }),
      201,
    );
    const { grant } = answered<{ grant: string }>(
      await call('POST', `/security-checks/${checkId}/verify`, { code: ada.codeBy('sms') }),
      200,
    );
    const started = answered<Registration>(
      await call('POST', '/passkeys/registrations', {
        grant,
        device: BROWSER,
        entryPoint: 'security-center',
      }),
      201,
    );
    const { passkey, position } = answered<Registered>(
      await call('POST', '/passkeys', {
        ceremonyId: started.ceremonyId,
        credential: ada.create(started),
        name: 'Mine',
      }),
      201,
    );
    answered(await call('PATCH', `/passkeys/${passkey.passkeyId}`, { name: 'Ours' }), 200);
    const list = await call('GET', `/passkeys?after=${position}`);
    expect(answered<{ passkeys: unknown[] }>(list, 200).passkeys).toHaveLength(1);

    expect((await ada.history()).map(({ type, actor }) => [type, actor])).toStrictEqual([
      ['AccountEnrolled', 'client'],
      ['SecurityCheckPassed', 'user'],
      ['PasskeyRegistered', 'user'],
      ['DeviceTrusted', 'user'],
      ['PasskeyRenamed', 'user'],
    ]);
  });

  it('makes the calls of a page and no others, for no other account or product', async () => {
    const [ada, eve] = [new Person(server, rp), new Person(server, rp)];
    const elsewhere = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    await Promise.all([ada.enrol(), eve.enrol(), elsewhere.enrol()]);
    const cookie = await visitBy(ada);
    const reach = async (route: Route, product: Product, accountId: string) => {
      const path = route.path
        .replace('{rp}', product)
        .replace('{accountId}', accountId)
        .replaceAll(/\{\w+\}/gu, 'nothing');
      const body = route.method === 'get' ? {} : { body: {} };
      const answer = await server.call(route.method.toUpperCase(), path, asPage(cookie, body));
      return (answer.body as { code?: string }).code === 'scope-missing' ? 'refused' : 'let through';
    };
    const routes = await routesOfDocument();
    expect(routes.filter(({ page }) => page).length).toBeGreaterThan(10);
    for (const route of routes) {
      const own = await reach(route, rp, ada.accountId);
      // A ceremony names its account itself: that another's is not found is shown where failures are told.
      const others = route.path.includes('{accountId}') ? await reach(route, rp, eve.accountId) : 'refused';
      const foreign = await reach(route, elsewhere.rp, elsewhere.accountId);
      expect([route.method, route.path, own, others, foreign]).toStrictEqual([
        route.method,
        route.path,
        route.page ? 'let through' : 'refused',
        'refused',
        'refused',
      ]);
    }
  });

  it('is nothing without its cookie, the page’s header and the page’s origin', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const cookie = await visitBy(ada);
    answered(await ada.call('GET', '', asPage(cookie)), 200);
    const read = (headers: NonNullable<CallOptions['headers']>) =>
      ada.call('GET', '', { key: null, headers });
    expect(answered(await read({ cookie }), 401)).toStrictEqual(problem(401, 'api-key-missing'));
    for (const headers of [
      { 'latchkey-portal': '1' },
      { 'latchkey-portal': '1', cookie: '__Host-latchkey=made-up' },
      { 'latchkey-portal': '1', cookie: cookie.replace('__Host-', '') },
      { 'latchkey-portal': '1', cookie, 'sec-fetch-site': 'cross-site' },
      { 'latchkey-portal': '1', cookie, 'sec-fetch-site': 'same-site' },
      { 'latchkey-portal': '1', cookie, 'sec-fetch-site': 'none' },
    ]) {
      expect(answered(await read(headers), 401)).toStrictEqual(problem(401, 'session-missing'));
    }
    // A page never gets on with a key of its product's backend.
    const both = await ada.call(
      'POST',
      '/unlock',
      asPage(cookie, { headers: { authorization: `Bearer ${server.key}` } }),
    );
    expect(answered(both, 403)).toStrictEqual(problem(403, 'scope-missing', { scope: 'admin' }));
  });

  it('shows what the product lets a page ask for', async () => {
    const ada = await personWithPasskey(server, rp);
    const options = asPage(await visitBy(ada), { headers: { 'accept-language': 'zh-CN' } });
    const answer = await server.call('GET', '/portal/actions', options);
    const { actions, parameters } = answered<{ actions: { name: string }[]; parameters: object }>(
      answer,
      200,
    );
    expect(actions.find(({ name }) => name.includes('withdraw'))).toStrictEqual(
      rp === 'mpchat'
        ? {
            name: 'onchain-withdrawal',
            title: '链上提现',
            alternatives: [
              ['passkey', 'sms'],
              ['passkey', 'email'],
              ['passkey', 'totp'],
            ],
            text: '将 {amount} {asset} 提取到 {address}',
          }
        : {
            name: 'withdraw-funds',
            title: '提取资金',
            alternatives: [['passkey']],
            text: '将 {amount} {currency} 提取到 {account}',
          },
    );
    expect(parameters).toStrictEqual(
      rp === 'mpchat'
        ? { amount: '金额', asset: '资产', address: '地址', recipient: '收款人' }
        : { amount: '金额', currency: '币种', account: '收款账户' },
    );
    expect(actions.map(({ name }) => name)).not.toContain('remove-passkey');
    answered(await server.call('GET', '/portal/actions', { key: null }), 401);
  });

  it('ends after a quarter of an hour', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const cookie = await visitBy(ada);
    server.clock.advance(15 * MINUTE - 1);
    answered(await ada.call('GET', '', asPage(cookie)), 200);
    server.clock.advance(1);
    answered(await ada.call('GET', '', asPage(cookie)), 401);
  });

  it('ends when its user leaves, and takes its cookie with it', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const cookie = await visitBy(ada);
    const left = await server.call('DELETE', '/portal/sessions/current', asPage(cookie));
    expect([left.status, left.text, left.headers['set-cookie']]).toStrictEqual([
      204,
      '',
      ['__Host-latchkey=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0'],
    ]);
    answered(await server.call('GET', '/portal/sessions/current', asPage(cookie)), 401);
    answered(await ada.call('GET', '', asPage(cookie)), 401);
  });
});

interface Route {
  readonly method: string;
  readonly path: string;
  /** Whether the document lets a page make the call. */
  readonly page: boolean;
}

async function routesOfDocument(): Promise<readonly Route[]> {
  const document = await server.call('GET', '/docs/openapi.json', { key: null });
  const { paths } = answered<{ paths: Record<string, Record<string, { security: object[] }>> }>(
    document,
    200,
  );
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      method,
      path,
      page: security.some((scheme) => 'page' in scheme),
    })),
  );
}
