import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { attestationKey, certificateOf, keyOf } from '../support/attestation-certificates.js';
import { PostgresServer } from '../support/postgres-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DAY = 86_400_000;
const authority = attestationKey({ name: 'Example Authority', authority: true });
const stranger = attestationKey({ name: 'Another Authority', authority: true });
const host = attestationKey({ name: 'localhost', issuer: authority });
const elsewhere = attestationKey({ name: 'db.example', issuer: authority });
const expired = attestationKey({ name: 'localhost', issuer: authority, notAfter: Date.now() - DAY / 2 });
const caller = attestationKey({ name: 'latchkey', issuer: authority });
const impostor = attestationKey({ name: 'latchkey', issuer: stranger });

const folder = temporaryFolder();
const file = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return encodeURIComponent(join(folder, name));
};
const trusted = `sslrootcert=${file('authority.crt', certificateOf(authority))}`;
const CALLER = `sslcert=${file('caller.crt', certificateOf(caller))}&sslkey=${file('caller.key', keyOf(caller))}`;
const IMPOSTOR = `sslcert=${file('impostor.crt', certificateOf(impostor))}&sslkey=${file('impostor.key', keyOf(impostor))}`;

const ENCRYPTED = { text: 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()' };

describe('PostgreSQL with TLS', () => {
  const servers: PostgresServer[] = [];
  const opened: PostgresDatabase[] = [];
  let server: PostgresServer;

  async function serve(key: typeof host, callersAuthority?: Buffer): Promise<PostgresServer> {
    const started = await PostgresServer.start({
      fsync: 'off',
      tls: {
        certificate: certificateOf(key),
        key: keyOf(key),
        ...(callersAuthority && { callersAuthority }),
      },
    });
    servers.push(started);
    return started;
  }

  function database(address: string): PostgresDatabase {
    const database = new PostgresDatabase({ address, name: 'TLS spec', patience: 1 });
    opened.push(database);
    return database;
  }

  /** The one of that server, by its port. */
  const at = (of: PostgresServer, parameters: string, name = 'localhost'): PostgresDatabase =>
    database(`${of.url('postgres', `${name}:${of.port}`)}?sslmode=verify-full&${parameters}`);

  /** Why nothing is asked of a server, with all that a logger could find in it. */
  async function refusal(of: PostgresDatabase): Promise<string> {
    const failure: unknown = await of.repeatable(ENCRYPTED).then(
      () => 'it was not refused',
      (thrown: unknown) => thrown,
    );
    return inspect(failure, { depth: Infinity, showHidden: true });
  }

  beforeAll(async () => {
    server = await serve(host);
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  afterAll(async () => {
    for (const each of servers) await each.stop();
  });

  it('is asked under the certificate of its name, in the newest version', async () => {
    expect(await at(server, trusted).repeatable(ENCRYPTED)).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
    const listening = await at(server, trusted).connect();
    expect((await listening.query(ENCRYPTED)).rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
    await listening.end();
  });

  it('is asked nothing under a certificate of nobody whom we trust', async () => {
    expect(await refusal(at(server, ''))).toMatch(/unable to verify the first certificate|self.signed/u);
    const others = `sslrootcert=${file('stranger.crt', certificateOf(stranger))}`;
    expect(await refusal(at(server, others))).toMatch(/unable to verify the first certificate|self.signed/u);
  });

  it('is asked nothing under the certificate of another name, nor by an address that its own doesn’t name', async () => {
    const other = await serve(elsewhere);
    expect(await refusal(at(other, trusted))).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await refusal(at(server, trusted, '127.0.0.1'))).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('is asked nothing under a certificate that has expired', async () => {
    expect(await refusal(at(await serve(expired), trusted))).toContain('CERT_HAS_EXPIRED');
  });

  it.each([
    ['that it speaks no TLS', 'N', 'The server does not support SSL connections'],
    [
      'something in the clear behind its yes',
      'SR\0\0\0\u0008\0\0\0\u0003',
      'error establishing an SSL connection',
    ],
    ['an error in the clear', 'E\0\0\0\u0005\0', 'error establishing an SSL connection'],
  ])('is told no name and no password where it says %s', async (_what, answer, why) => {
    const heard: Buffer[] = [];
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        heard.push(bytes);
        socket.write(Buffer.from(answer, 'latin1'));
      });
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const address = `postgres://latchkey:opensesame@127.0.0.1:${port}/db?sslmode=verify-full&${trusted}`;
    const refused = await refusal(database(address));
    expect(refused).toContain(why);
    expect(refused).not.toContain('opensesame');
    // PostgreSQL 15 §55.7: a request for TLS, and nothing after it.
    expect(Buffer.concat(heard).toString('hex')).toBe('0000000804d2162f');
    listener.close();
  });

  it('knows its callers by their certificates where it asks for them', async () => {
    const careful = await serve(host, certificateOf(authority));
    expect(await at(careful, `${trusted}&${CALLER}`).repeatable(ENCRYPTED)).toHaveLength(1);
    expect(await refusal(at(careful, trusted))).toContain('PostgreSQL failed with 28000');
    expect(await refusal(at(careful, `${trusted}&${IMPOSTOR}`))).not.toContain('it was not refused');
  });
});
