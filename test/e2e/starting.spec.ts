import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import type { Settings } from '../../src/infrastructure/config/settings.js';
import { readSettings, SettingsInvalid } from '../../src/infrastructure/config/settings.js';
import { answered, problem } from '../support/journeys.js';
import { changeMasterKey } from '../support/changed-master-key.js';
import { inDataFolder } from '../support/cluster.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** As production is told to run; its gateways lead nowhere, and nobody looks for them before there is a message. */
function production(): Partial<Settings> {
  return {
    environment: 'production',
    developmentApiKey: undefined,
    masterKey: randomBytes(32).toString('base64'),
    issuer: 'https://passkeys.example',
    smtp: { url: 'smtps://mail.invalid', from: 'no-reply@passkeys.example' },
    sms: { url: 'https://sms.invalid/messages', token: 'of the gateway' },
  };
}

describe('settings', () => {
  const COMPLETE = {
    LATCHKEY_ENV: 'production',
    LATCHKEY_MASTER_KEY: randomBytes(32).toString('base64'),
    LATCHKEY_ISSUER: 'https://passkeys.example',
    LATCHKEY_SMTP_URL: 'smtps://mail.invalid',
    LATCHKEY_SMTP_FROM: 'no-reply@passkeys.example',
    LATCHKEY_SMS_URL: 'https://sms.invalid',
    LATCHKEY_SMS_TOKEN: 'of the gateway',
  };

  it.each([
    ['no environment', {}, 'LATCHKEY_ENV'],
    ['an empty environment', { LATCHKEY_ENV: '' }, 'LATCHKEY_ENV'],
    ['an environment of another name', { LATCHKEY_ENV: 'staging' }, 'LATCHKEY_ENV'],
    ['development for all to reach', { LATCHKEY_ENV: 'development', HOST: '0.0.0.0' }, 'HOST'],
    ['development on another address', { LATCHKEY_ENV: 'development', HOST: '192.0.2.1' }, 'HOST'],
    ['development on every address', { LATCHKEY_ENV: 'development', HOST: '::' }, 'HOST'],
    ['a port that is none', { LATCHKEY_ENV: 'development', PORT: '70000' }, 'PORT'],
    [
      'a sender of emails that is no address',
      { ...COMPLETE, LATCHKEY_SMTP_FROM: 'Passkeys <no-reply@passkeys.example>' },
      'LATCHKEY_SMTP_FROM',
    ],
    [
      'emails without a sender',
      { LATCHKEY_ENV: 'development', LATCHKEY_SMTP_URL: 'smtp://localhost' },
      'LATCHKEY_SMTP_FROM',
    ],
    [
      'mail by another protocol',
      { ...COMPLETE, LATCHKEY_SMTP_URL: 'https://mail.invalid' },
      'LATCHKEY_SMTP_URL',
    ],
    [
      'production with a development key',
      { ...COMPLETE, LATCHKEY_DEV_API_KEY: 'x'.repeat(32) },
      'LATCHKEY_DEV_API_KEY',
    ],
    [
      'production whose faces a simulator checks',
      { ...COMPLETE, LATCHKEY_LIVENESS: 'simulator' },
      'LATCHKEY_LIVENESS',
    ],
    [
      'production that takes the word on who checks faces from elsewhere than the policy',
      { ...COMPLETE, LATCHKEY_LIVENESS: 'sumsub' },
      'LATCHKEY_LIVENESS',
    ],
    ...Object.keys(COMPLETE)
      .filter((name) => name !== 'LATCHKEY_ENV')
      .map((name) => [`production without ${name}`, { ...COMPLETE, [name]: undefined }, name] as const),
  ])('with %s are refused by name', (_what, variables, name) => {
    const read = () => readSettings(variables);
    expect(read).toThrow(SettingsInvalid);
    expect(read).toThrow(new RegExp(`^ {2}${name}: `, 'mu'));
    // Some of the values are secrets.
    expect(read).not.toThrow('of the gateway');
  });

  it.each(['127.0.0.1', 'localhost', '::1'])('let development bind to %s', (HOST) => {
    expect(readSettings({ LATCHKEY_ENV: 'development', HOST }).host).toBe(HOST);
  });

  it('are as good as absent where they are empty', () => {
    const named = { LATCHKEY_ENV: 'development' };
    const empty = Object.fromEntries(
      ['LATCHKEY_DATA', 'LATCHKEY_POLICIES', 'HOST', 'PORT', 'GRPC_PORT', 'LATCHKEY_ISSUER']
        .concat(['LATCHKEY_DEV_API_KEY', 'LATCHKEY_MASTER_KEY_FILE', 'SUMSUB_MPCHAT_APP_TOKEN'])
        .map((name) => [name, '']),
    );
    expect(readSettings({ ...named, ...empty })).toStrictEqual(readSettings(named));
    expect(readSettings({ ...named, LATCHKEY_DATA: '' }).dataFolder).toBe(resolve('data'));
  });

  it.each(Object.keys(COMPLETE))('without a word in %s are not enough for production', (name) => {
    expect(() => readSettings({ ...COMPLETE, [name]: '' })).toThrow(new RegExp(`^ {2}${name}: `, 'mu'));
  });

  it('are complete for production with every one of these', () => {
    expect(readSettings(COMPLETE)).toMatchObject({
      environment: 'production',
      host: '127.0.0.1',
      port: 3000,
    });
  });
});

describe('a data folder', () => {
  it('of production is not opened in development, nor the reverse', async () => {
    for (const [first, second] of [
      [production(), {}],
      [{}, production()],
    ] as const) {
      const dataFolder = temporaryFolder();
      await (await runServer({ settings: { ...first, dataFolder } })).close();
      await expect(runServer({ settings: { ...second, dataFolder } })).rejects.toThrow(
        /^this (data folder|database) was made in (development|production); it is not opened in (development|production)$/u,
      );
    }
  });

  it('of another master key is not opened', async () => {
    const dataFolder = temporaryFolder();
    const settings = { ...production(), dataFolder };
    await (await runServer({ settings })).close();
    const other = { ...settings, masterKey: randomBytes(32).toString('base64') };
    await expect(runServer({ settings: other })).rejects.toThrow(/master key/u);
  });

  it('that was given another master key is not opened with the former one', async () => {
    const dataFolder = temporaryFolder();
    const settings = { ...production(), dataFolder };
    const running = await runServer({ settings });
    const secret = running.service.tier.keys.derive('of this test');
    await running.close();
    const to = randomBytes(32).toString('base64');
    await changeMasterKey(dataFolder, { from: String(settings.masterKey), to });
    await expect(runServer({ settings })).rejects.toMatchObject({ name: 'WrongMasterKey' });
    const again = await runServer({ settings: { ...settings, masterKey: to } });
    expect(again.service.tier.keys.derive('of this test')).toStrictEqual(secret);
    await again.close();
  });

  inDataFolder('whose key store was lost is not gone on with under another root key', async () => {
    const dataFolder = temporaryFolder();
    const settings = { ...production(), dataFolder };
    await (await runServer({ settings })).close();
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(dataFolder, `${FILES.keys}${suffix}`), { force: true });
    await expect(runServer({ settings })).rejects.toMatchObject({ name: 'SealedElsewhere' });
  });

  it('that could not be opened is free at once for who can', async () => {
    const dataFolder = temporaryFolder();
    const settings = { ...production(), dataFolder };
    await (await runServer({ settings })).close();
    const other = { ...settings, masterKey: randomBytes(32).toString('base64') };
    await expect(runServer({ settings: other })).rejects.toThrow(/master key/u);
    await expect(runServer({ settings: { dataFolder } })).rejects.toThrow(/made in production/u);
    await (await runServer({ settings })).close();
  });

  inDataFolder('is opened by one process at a time', async () => {
    const server = await runServer();
    const { dataFolder } = server;
    await expect(runServer({ settings: { dataFolder } })).rejects.toThrow('is in use by another process');
    answered(await server.call('GET', '/health/ready'), 200);
    await server.close();
    await (await runServer({ settings: { dataFolder } })).close();
  });
});

describe('production', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer({ settings: production() });
  });
  afterAll(() => server.close());

  it('has none of the helpers', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/outbox'],
      ['GET', '/dev/outbox'],
      ['POST', '/dev/demo/mpchat/accounts'],
      ['POST', '/dev/demo/mpchat/sign-ins'],
      ['GET', '/dev/demo/mpchat/accounts/ada'],
      ['POST', '/dev/demo/mpchat/accounts/ada/portal-links'],
      ['POST', '/dev/demo/mpchat/sign-ins/fallback/x/password'],
      ['POST', '/dev/demo/mpchat/redeem'],
      ['GET', '/liveness-simulator/'],
      ['POST', '/dev/liveness/reset'],
    ] as const) {
      const answer = await server.call(method, path, { key: null, ...(method === 'POST' && { body: {} }) });
      expect(answered(answer, 404)).toStrictEqual(problem(404, 'not-found'));
    }
    expect(server.service.outbox).toBeNull();
  });

  it('answers as the product’s own site, with its own RP ID and links', async () => {
    const headers = { host: 'passkeys.example' };
    const key = await server.keyFor('mpchat', 'accounts', 'sign-in');
    const started = await server.call('POST', '/v1/mpchat/sign-ins', { key, headers, body: {} });
    expect(answered<{ publicKey: { rpId: string } }>(started, 201).publicKey.rpId).toBe('mp.net');
    answered(await server.call('PUT', '/v1/mpchat/accounts/ada', { key, headers, body: {} }), 201);
    const linked = await server.call('POST', '/v1/mpchat/accounts/ada/portal-links', {
      key,
      headers,
      body: { entryPoint: 'security-center', returnUrl: 'https://mp.net/settings' },
    });
    expect(answered<{ url: string }>(linked, 201).url).toMatch(
      /^https:\/\/passkeys\.example\/security-center#[\w-]{43}$/u,
    );
    answered(await server.call('GET', '/security-center', { headers }), 200);
  });

  it('says that a code could not be sent where its gateway is not there', async () => {
    const key = await server.keyFor('moomoo', 'accounts', 'passkeys');
    const path = '/v1/moomoo/accounts/ada';
    answered(await server.call('PUT', path, { key, body: { phone: '+8618512345678' } }), 201);
    const body = { factor: 'sms', purpose: 'bind-passkey' };
    const undelivered = await server.call('POST', `${path}/security-checks`, { key, body });
    expect(answered(undelivered, 503)).toStrictEqual(problem(503, 'message-not-delivered'));
    expect(undelivered.headers['retry-after']).toBe('1');
    expect(undelivered.text).not.toContain('sms.invalid');
  });

  it('knows no key that was not made for it', async () => {
    answered(await server.call('GET', '/v1/mpchat/accounts/ada', { key: 'lk_development' }), 401);
  });
});
