import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { answered, Person, problem, PRODUCTS } from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

describe('development', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer();
  });
  afterAll(() => server.close());

  it('answers to its own names only', async () => {
    const paths = [
      '/',
      '/dev/outbox',
      '/docs',
      '/metrics',
      '/health/live',
      '/v1/mpchat/accounts/ada',
      '/nothing',
    ];
    for (const path of paths) {
      for (const host of ['evil.example', `evil.example:${server.port}`, 'localhost', 'localhost:1']) {
        const refused = await server.call('GET', path, { headers: { host } });
        expect(answered(refused, 421)).toStrictEqual(problem(421, 'host-not-allowed'));
      }
    }
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const headers = { host: `${name}:${server.port}` };
      answered(await server.call('GET', '/health/live', { headers }), 200);
    }
  });

  it('serves the pages that show the products, under a policy that runs nothing from elsewhere', async () => {
    for (const path of ['/', '/outbox', '/security-center']) {
      const page = await server.call('GET', path, { key: null });
      expect([page.status, page.headers['content-type']]).toStrictEqual([200, 'text/html; charset=utf-8']);
      expect(page.headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "font-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      );
    }
  });

  it('shows what would have been sent, newest first, to one or to all', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    await ada.startCheck('bind-passkey', 'email');
    server.clock.advance(1000);
    await ada.startCheck('bind-passkey', 'sms');
    const list = async (query: string) => {
      const read = await server.call('GET', `/dev/outbox${query}`, { key: null });
      return answered<{ messages: { to: string }[] }>(read, 200).messages;
    };
    expect(await list(`?to=${ada.phone}`)).toStrictEqual([
      {
        to: ada.phone,
        channel: 'sms',
        purpose: 'code',
        code: ada.codeBy('sms'),
        text: expect.stringContaining(ada.codeBy('sms')),
        at: server.clock.in(0),
      },
    ]);
    expect((await list('')).map(({ to }) => to)).toStrictEqual([ada.phone, ada.email]);
    expect(await list('?to=nobody@example.com')).toStrictEqual([]);
  });

  it.each(PRODUCTS)('plays the backend of %s for its own page, and for no other site', async (rp) => {
    const ada = new Person(server, rp);
    const body = { accountId: ada.accountId, displayName: 'Ada', phone: ada.phone };
    const enrol = (site?: string) =>
      server.call('POST', `/dev/demo/${rp}/accounts`, {
        key: null,
        body,
        headers: site === undefined ? {} : { 'sec-fetch-site': site },
      });
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(answered(await enrol(site), 403)).toStrictEqual(problem(403, 'request-foreign'));
    }
    answered(await ada.call('GET', ''), 404);
    const enrolled = await enrol('same-origin');
    expect(answered(enrolled, 201)).toStrictEqual({
      accountId: ada.accountId,
      position: expect.any(String),
    });
    const linked = await server.call('POST', `/dev/demo/${rp}/accounts/${ada.accountId}/portal-links`, {
      key: null,
      body: { entryPoint: 'security-center' },
    });
    expect(answered(linked, 201)).toStrictEqual({
      url: expect.stringMatching(
        new RegExp(`^http://localhost:${server.port}/security-center#[\\w-]{43}$`, 'u'),
      ),
      expiresAt: server.clock.in(MINUTE),
    });
    for (const [path, sent] of [
      [`/dev/demo/${rp}/accounts/${ada.accountId}/portal-links`, { entryPoint: 'security-center' }],
      [`/dev/demo/${rp}/sign-ins`, {}],
      [`/dev/demo/${rp}/sign-ins/x/verify`, { credential: {} }],
      [`/dev/demo/${rp}/ceremonies/x/failures`, { error: { name: 'NotAllowedError' } }],
      [`/dev/demo/${rp}/sign-ins/fallback/x/password`, { identifier: 'x', password: 'x' }],
      [`/dev/demo/${rp}/redeem`, { token: 'x', accountId: 'x', action: 'x', parameters: {} }],
    ] as const) {
      const foreign = await server.call('POST', path, {
        key: null,
        body: sent,
        headers: { 'sec-fetch-site': 'cross-site' },
      });
      expect(answered(foreign, 403)).toStrictEqual(problem(403, 'request-foreign'));
    }
    const form = await server.call('POST', `/dev/demo/${rp}/accounts`, {
      key: null,
      body: 'accountId=eve&displayName=Eve',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    answered(form, 415);
  });

  it('takes the password of a user named by ID, email or phone, and answers all else alike', async () => {
    const { accountId, email, phone } = new Person(server, 'mpchat');
    const enrolled = { accountId, displayName: 'Ada', email, phone };
    answered(await server.call('POST', '/dev/demo/mpchat/accounts', { key: null, body: enrolled }), 201);
    const signIn = async (identifier: string, password: string): Promise<Answer> => {
      const fallbacks = '/dev/demo/mpchat/sign-ins/fallback';
      const started = { key: null, body: { identifier, factor: 'password' } };
      const { checkId } = answered<{ checkId: string }>(await server.call('POST', fallbacks, started), 202);
      const body = { identifier, password };
      return server.call('POST', `${fallbacks}/${checkId}/password`, { key: null, body });
    };
    for (const name of [accountId, email.toUpperCase(), `${phone.slice(0, 3)} ${phone.slice(3)}`]) {
      expect(answered(await signIn(name, 'demo-password'), 200)).toMatchObject({
        status: 'signed-in',
        accountId,
      });
    }
    const wrong = problem(422, 'wrong-code');
    expect(answered(await signIn('nobody@example.com', 'demo-password'), 422)).toStrictEqual(wrong);
    for (let time = 0; time < 10; time++) {
      expect(answered(await signIn(email, 'guess'), 422)).toStrictEqual(wrong);
    }
    // Ten wrong ones lock it, which is nobody else's business.
    expect(answered(await signIn(email, 'demo-password'), 422)).toStrictEqual(wrong);
  });

  it('calls as a backend does, by a key of its own for each product, which ends with the service', async () => {
    const first = await runServer();
    const { dataFolder } = first;
    const demoKeys = async ({ service }: RunningServer) =>
      (await new ApiKeys(service.tier.apiKeys).list()).filter(({ label }) => label === 'demo');
    for (const rp of PRODUCTS) {
      answered(await first.call('POST', `/dev/demo/${rp}/sign-ins`, { key: null, body: {} }), 201);
      answered(await first.call('POST', `/dev/demo/${rp}/sign-ins`, { key: null, body: {} }), 201);
    }
    const scopes = ['accounts', 'passkeys', 'sign-in', 'step-up', 'attest'];
    const made = (await demoKeys(first)).map((key) => [key.rp, key.scopes] as const);
    expect(new Map(made)).toStrictEqual(new Map(PRODUCTS.map((rp) => [rp, scopes])));
    expect(made).toHaveLength(PRODUCTS.length);
    // One that was killed would have left this.
    const { keyId } = await new ApiKeys(first.service.tier.apiKeys).create('mpchat', ['admin'], 'demo', 0);
    await first.close();
    const second = await runServer({ settings: { dataFolder } });
    expect((await demoKeys(second)).map((key) => key.keyId)).toStrictEqual([keyId]);
    answered(await second.call('POST', '/dev/demo/mpchat/sign-ins', { key: null, body: {} }), 201);
    expect((await demoKeys(second)).map((key) => [key.rp, key.scopes])).toStrictEqual([['mpchat', scopes]]);
    await second.close();
  });

  it('plays no backend with a word that could stand for a proof', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const body = { accountId: ada.accountId, displayName: 'Ada', phone: new Person(server, 'mpchat').phone };
    const changed = await server.call('POST', '/dev/demo/mpchat/accounts', { key: null, body });
    expect(answered<{ code: string }>(changed, 403).code).toBe('step-up-required');
    const nothing = await server.call('POST', '/dev/demo/nothing/accounts', { key: null, body });
    expect(answered(nothing, 404)).toStrictEqual(problem(404, 'relying-party-not-found'));
  });
});
