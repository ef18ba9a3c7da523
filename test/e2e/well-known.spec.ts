import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { productsAt, wellKnownFile } from '../../src/infrastructure/web/well-known.js';
import { answered, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { mpchat } from '../support/shipped-policies.js';

const SITES = { mpchat: 'mp.net', moomoo: 'moomoo.com' } as const;
const FILES = {
  mpchat: {
    webauthn: { origins: [] },
    'apple-app-site-association': { webcredentials: { apps: ['A1B2C3D4E5.net.mp.chat'] } },
    'assetlinks.json': [
      assetLink(
        'net.mp.chat',
        '45:92:4D:5C:59:83:C7:75:18:63:35:7C:71:40:97:05:35:FC:D8:13:27:A0:EB:1E:EE:16:52:EE:5C:9F:CB:45',
      ),
    ],
    'passkey-endpoints': {
      enroll: 'https://www.mp.net/security-center/passkey',
      manage: 'https://www.mp.net/security-center/passkey',
    },
  },
  moomoo: {
    webauthn: { origins: [] },
    'apple-app-site-association': { webcredentials: { apps: ['F6G7H8J9K0.com.moomoo.trade'] } },
    'assetlinks.json': [
      assetLink(
        'com.moomoo.trade',
        'C3:E0:64:6E:1D:94:94:3D:45:CD:56:AB:50:56:88:18:98:39:85:5B:F1:1F:5F:BF:F8:09:A4:F9:48:26:8F:D0',
      ),
    ],
    'passkey-endpoints': {
      enroll: 'https://www.moomoo.com/settings/passkeys',
      manage: 'https://www.moomoo.com/settings/passkeys',
    },
  },
} as const;

function assetLink(packageName: string, fingerprint: string): object {
  return {
    relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
    target: { namespace: 'android_app', package_name: packageName, sha256_cert_fingerprints: [fingerprint] },
  };
}

const CASES = (['mpchat', 'moomoo'] as const).flatMap((rp) =>
  Object.entries(FILES[rp]).map(([file, content]) => [rp, file, content] as const),
);

describe('B8: in production', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer({
      settings: {
        environment: 'production',
        developmentApiKey: undefined,
        masterKey: randomBytes(32).toString('base64'),
        issuer: 'https://passkeys.example',
        smtp: { url: 'smtps://mail.invalid', from: 'no-reply@passkeys.example' },
        sms: { url: 'https://sms.invalid/messages', token: 'of the gateway' },
      },
    });
  });
  afterAll(() => server.close());
  const get = (path: string, headers = {}, method = 'GET') =>
    server.call(method, path, { key: null, headers });

  it.each(CASES)('B8: %s serves %s by its host and by its path', async (rp, file, content) => {
    const site = SITES[rp];
    const answers = await Promise.all([
      get(`/.well-known/${file}`, { host: site }),
      get(`/.well-known/${file}`, { host: `WWW.${site}:443` }),
      get(`/v1/${rp}/.well-known/${file}`),
    ]);
    for (const answer of answers) {
      expect(answered(answer, 200)).toStrictEqual(content);
      expect(answer.headers).toMatchObject({
        'content-type': expect.stringMatching(/^application\/json(?:;|$)/u),
        'cache-control': 'public, max-age=3600',
        etag: expect.stringMatching(/^"[\w-]{22}"$/u),
      });
    }
  });

  it('B8: what has not changed is not sent again, and HEAD sends nothing', async () => {
    const host = { host: 'mp.net' };
    const { headers } = await get('/.well-known/assetlinks.json', host);
    for (const had of [headers.etag, `W/${headers.etag ?? ''}`, `"other", ${headers.etag ?? ''}`, '*']) {
      const again = await get('/.well-known/assetlinks.json', { ...host, 'if-none-match': had });
      expect([again.status, again.text, again.headers.etag]).toStrictEqual([304, '', headers.etag]);
    }
    answered(await get('/.well-known/assetlinks.json', { ...host, 'if-none-match': '"other"' }), 200);
    const head = await get('/.well-known/assetlinks.json', host, 'HEAD');
    expect([head.status, head.text, head.headers.etag]).toStrictEqual([200, '', headers.etag]);
  });

  it('B8: a host and a product that are not ours, and a file that is none, are not found', async () => {
    for (const host of ['passkeys.example', 'evil.example', 'mp.net.evil.example', 'evilmp.net', '']) {
      const answer = await get('/.well-known/webauthn', { host });
      expect(answered(answer, 404)).toStrictEqual(problem(404, 'relying-party-not-found'));
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    expect(answered(await get('/v1/nobody/.well-known/webauthn'), 404)).toStrictEqual(
      problem(404, 'relying-party-not-found'),
    );
    for (const path of ['/.well-known/change-password', '/v1/mpchat/.well-known/constructor']) {
      expect(answered(await get(path, { host: 'mp.net' }), 404)).toStrictEqual(problem(404, 'not-found'));
    }
    // What a proxy that we don't know forwards changes nothing.
    const forwarded = { host: 'passkeys.example', 'x-forwarded-host': 'mp.net' };
    answered(await get('/.well-known/webauthn', forwarded), 404);
  });

  it('B8: the keys of tokens are there for each product too', async () => {
    const byPath = await get('/v1/moomoo/.well-known/jwks.json');
    expect(answered(byPath, 200)).toStrictEqual((await get('/.well-known/jwks.json')).body);
    expect(byPath.headers['cache-control']).toBe('public, max-age=300');
    answered(await get('/v1/nobody/.well-known/jwks.json'), 404);
  });
});

describe('B8: a host that is the RP ID of one product and an origin of another', () => {
  it('B8: serves what the first may do there, and nothing that the other may elsewhere', () => {
    const cards = {
      ...mpchat,
      rpId: 'cards.mp.net',
      origins: ['https://cards.mp.net'],
      relatedOrigins: ['https://cards.example'],
    };
    const wallet = {
      ...mpchat,
      origins: ['https://mp.net', 'https://cards.mp.net', 'https://www.mp.net'],
      relatedOrigins: ['https://wallet.example'],
    };
    const served = (host: string) => wellKnownFile('webauthn', productsAt(host, [wallet, cards]));
    expect(served('cards.mp.net')).toStrictEqual({ origins: ['https://cards.example'] });
    expect(served('mp.net')).toStrictEqual({ origins: ['https://wallet.example'] });
    expect(served('www.mp.net')).toStrictEqual({ origins: ['https://wallet.example'] });
  });
});

describe('B8: in development', () => {
  it('B8: both products share localhost, and each has its own by its path', async () => {
    const server = await runServer();
    try {
      const get = async (path: string) => answered(await server.call('GET', path, { key: null }), 200);
      expect(await get('/.well-known/apple-app-site-association')).toStrictEqual({
        webcredentials: { apps: ['F6G7H8J9K0.com.moomoo.trade', 'A1B2C3D4E5.net.mp.chat'] },
      });
      expect(await get('/.well-known/passkey-endpoints')).toStrictEqual({});
      const page = `${server.origin}/security-center/passkey`;
      expect(await get('/v1/mpchat/.well-known/passkey-endpoints')).toStrictEqual({
        enroll: page,
        manage: page,
      });
      expect(await get('/v1/mpchat/.well-known/assetlinks.json')).toStrictEqual(
        FILES.mpchat['assetlinks.json'],
      );
    } finally {
      await server.close();
    }
  });
});
