import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { credentials, status } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { readSettings } from '../../src/infrastructure/config/settings.js';
import type { AttestationKey } from '../support/attestation-certificates.js';
import { attestationKey, certificateOf, keyOf } from '../support/attestation-certificates.js';
import { GrpcClient, GrpcRefused } from '../support/grpc-client.js';
import { Person } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { freePort, runServer, withGrpc } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const authority = attestationKey({ name: 'Example Authority', authority: true });
const host = attestationKey({ name: 'localhost', issuer: authority });
const backend = attestationKey({ name: 'backend', issuer: authority });
const stranger = attestationKey({ name: 'backend' });

/** The service with its certificate, told of by files as an operator does. */
async function secured(more: Readonly<Record<string, string>> = {}): Promise<[RunningServer, number]> {
  const folder = temporaryFolder();
  const file = (name: string, bytes: Buffer): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const port = await freePort();
  const { grpc } = readSettings({
    LATCHKEY_ENV: 'development',
    GRPC_PORT: String(port),
    LATCHKEY_GRPC_TLS_CERT: file('host.pem', certificateOf(host)),
    LATCHKEY_GRPC_TLS_KEY: file('host.key', keyOf(host)),
    ...(more['mutual'] !== undefined && {
      LATCHKEY_GRPC_TLS_CLIENT_CA: file('authority.pem', certificateOf(authority)),
    }),
  });
  const server = await runServer({ settings: { grpc } });
  open.push(server);
  return [server, port];
}

async function connected(port: number, key: string, how: ChannelCredentials): Promise<GrpcClient> {
  const client = await GrpcClient.connect(port, key, how);
  open.push(client);
  return client;
}

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
const UNAVAILABLE = { code: status.UNAVAILABLE };

describe('gRPC over TLS', () => {
  it('is for clients that know the authority, and for none in the clear', async () => {
    const [server, port] = await secured();
    const trusting = credentials.createSsl(certificateOf(authority));
    const client = await connected(port, server.key, trusting);
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const request = { rp: 'mpchat', accountId: ada.accountId };
    expect(await client.call('AccountsService/GetAccount', request)).toMatchObject({ status: 'active' });
    for (const how of [credentials.createInsecure(), credentials.createSsl(certificateOf(stranger))]) {
      expect(await failure(GrpcClient.connect(port, server.key, how))).toMatchObject(UNAVAILABLE);
    }
  });

  it('is for clients with a certificate of the authority alone, where there is one for clients', async () => {
    const [server, port] = await secured({ mutual: 'yes' });
    const by = (client: AttestationKey): ChannelCredentials =>
      credentials.createSsl(certificateOf(authority), keyOf(client), certificateOf(client));
    expect((await connected(port, server.key, by(backend))).methods.size).toBeGreaterThan(0);
    for (const how of [by(stranger), credentials.createSsl(certificateOf(authority))]) {
      expect(await failure(GrpcClient.connect(port, server.key, how))).toMatchObject(UNAVAILABLE);
    }
    // The certificate lets nobody do anything by itself.
    const keyless = await connected(port, '', by(backend));
    const call = keyless.call('AccountsService/GetAccount', { rp: 'mpchat', accountId: 'x' }, { key: null });
    expect(await failure(call)).toMatchObject({ code: status.UNAUTHENTICATED, reason: 'api-key-missing' });
  });
});

describe('settings for gRPC', () => {
  const DEVELOPMENT = { LATCHKEY_ENV: 'development' };
  const PRODUCTION = {
    LATCHKEY_ENV: 'production',
    LATCHKEY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    LATCHKEY_ISSUER: 'https://passkeys.example',
    LATCHKEY_SMTP_URL: 'smtps://mail.invalid',
    LATCHKEY_SMTP_FROM: 'no-reply@passkeys.example',
    LATCHKEY_SMS_URL: 'https://sms.invalid',
    LATCHKEY_SMS_TOKEN: 'of the gateway',
  };

  it('are loopback and 3001 where nothing is said, and none for port 0', () => {
    const settings = { host: '127.0.0.1', port: 3001, named: false, tls: undefined };
    expect(readSettings(DEVELOPMENT).grpc).toStrictEqual(settings);
    expect(readSettings({ ...PRODUCTION, HOST: '0.0.0.0' }).grpc).toStrictEqual(settings);
    expect(readSettings({ ...DEVELOPMENT, GRPC_PORT: '0' }).grpc).toBeNull();
  });

  it.each([
    ['API keys in the clear beyond this machine', { ...PRODUCTION, GRPC_HOST: '0.0.0.0' }, 'GRPC_HOST'],
    ['development for all to reach', { ...DEVELOPMENT, GRPC_HOST: '0.0.0.0' }, 'GRPC_HOST'],
    [
      'a certificate without a key',
      { ...DEVELOPMENT, LATCHKEY_GRPC_TLS_CERT: 'package.json' },
      'LATCHKEY_GRPC_TLS_CERT',
    ],
    [
      'a key without a certificate',
      { ...DEVELOPMENT, LATCHKEY_GRPC_TLS_KEY: 'package.json' },
      'LATCHKEY_GRPC_TLS_CERT',
    ],
    [
      "clients' certificates without TLS",
      { ...DEVELOPMENT, LATCHKEY_GRPC_TLS_CLIENT_CA: 'package.json' },
      'LATCHKEY_GRPC_TLS_CLIENT_CA',
    ],
    [
      'a certificate that is not there',
      { ...DEVELOPMENT, LATCHKEY_GRPC_TLS_CERT: 'nowhere.pem', LATCHKEY_GRPC_TLS_KEY: 'package.json' },
      'LATCHKEY_GRPC_TLS_CERT',
    ],
    [
      'a word for plaintext that is none',
      { ...DEVELOPMENT, LATCHKEY_GRPC_PLAINTEXT: 'yes' },
      'LATCHKEY_GRPC_PLAINTEXT',
    ],
    ['a port that is none', { ...DEVELOPMENT, GRPC_PORT: '70000' }, 'GRPC_PORT'],
  ])('with %s are refused by name', (_what, variables, name) => {
    expect(() => readSettings(variables)).toThrow(new RegExp(`^ {2}${name}[:,]`, 'mu'));
  });

  it('let plaintext leave the machine where that is said', () => {
    const said = { ...PRODUCTION, GRPC_HOST: '0.0.0.0', LATCHKEY_GRPC_PLAINTEXT: 'allowed' };
    expect(readSettings(said).grpc).toStrictEqual({
      host: '0.0.0.0',
      port: 3001,
      named: false,
      tls: undefined,
    });
  });

  it.each([true, false])('whose port is taken stop the start if it was named: %s', async (named) => {
    const { grpc } = await withGrpc();
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(grpc.port, grpc.host, listening));
    open.push(taken);
    const starting = runServer({ settings: { grpc: { ...grpc, named }, logLevel: 'warn' } });
    if (named) {
      const { port } = grpc;
      const line = `gRPC can't be served: port ${port} is taken. GRPC_PORT names another, or is 0 for none.`;
      await expect(starting).rejects.toThrow(new Error(line));
      return;
    }
    const server = await starting;
    open.push(server);
    expect(server.log()).toContain('gRPC is not served');
  });

  it('whose port is taken are told of in one line by the command that starts the service', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    open.push(taken);
    const { port } = taken.address() as AddressInfo;
    const child = spawn(process.execPath, ['dist/main.js'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        LATCHKEY_ENV: 'development',
        LATCHKEY_DATA: temporaryFolder(),
        PORT: String(await freePort()),
        GRPC_PORT: String(port),
      },
    });
    const said = text(child.stderr);
    expect(await once(child, 'exit')).toStrictEqual([1, null]);
    expect(await said).toBe(
      `latchkey did not start: gRPC can't be served: port ${port} is taken. GRPC_PORT names another, or is 0 for none.\n`,
    );
  });

  it('with a certificate that is none stop the start, though no port was named', async () => {
    const { grpc } = await withGrpc();
    const none = Buffer.from('none');
    const tls = { certificate: none, key: none, clientAuthority: undefined };
    const starting = runServer({ settings: { grpc: { ...grpc, named: false, tls } } });
    await expect(starting).rejects.toThrow(/PEM/u);
  });
});

describe('a gRPC call', () => {
  it('whose deadline passes while it waits is over, and the service goes on', async () => {
    const settings = await withGrpc();
    const server = await runServer({ settings });
    open.push(server);
    const client = await connected(settings.grpc.port, server.key, credentials.createInsecure());
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const request = { rp: 'mpchat', accountId: ada.accountId };
    // What no projection can reach yet: the query waits for it.
    await server.service.tier.projections.stop();
    const { position } = await ada.enrol({ displayName: 'Ada' }).catch(() => ({ position: '' }));
    const written = await client.call('AccountsService/PutAccount', { ...request, displayName: 'Ada' });
    expect(position).toBe('');
    const begun = performance.now();
    const late = await failure(
      client.call(
        'AccountsService/GetAccount',
        { ...request, after: written['position'] ?? '' },
        { deadline: Date.now() + 200 },
      ),
    );
    expect(late).toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(await client.call('AccountsService/PutAccount', request)).toMatchObject({
      accountId: ada.accountId,
    });
  });

  it('that is larger than a REST body may be is refused', async () => {
    const settings = await withGrpc();
    const server = await runServer({ settings });
    open.push(server);
    const client = await connected(settings.grpc.port, server.key, credentials.createInsecure());
    const request = { rp: 'mpchat', accountId: 'x', displayName: 'A'.repeat(70_000) };
    const refused = await failure(client.call('AccountsService/PutAccount', request));
    expect(refused).toBeInstanceOf(GrpcRefused);
    expect(refused).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });
});
