import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import pg from 'pg';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { temporaryFolder } from './temporary-folder.js';

/** Where Debian keeps each version; the newest is taken. */
const VERSIONS = '/usr/lib/postgresql';
/** A socket's name ends in a port, though there is none. */
const PORT = 5432;

export interface ServerOptions {
  /** `on`: what is answered is on disk, at the disk's speed. `off` is for specs that kill no server. */
  readonly fsync: 'on' | 'off';
  /** Further settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Listens on a port of 127.0.0.1 too, with TLS for who asks for it. */
  readonly tls?: ServerTls;
}

/** PEM. */
export interface ServerTls {
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** Callers show a certificate that it issued, where there is one. */
  readonly callersAuthority?: Buffer;
}

/** A real PostgreSQL server in a folder of its own, reached by a socket in that folder, and on nobody's port unless TLS is asked for. */
export class PostgresServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    private readonly password: string,
    private readonly options: ServerOptions,
    readonly port: number,
  ) {}

  static async start(options: ServerOptions): Promise<PostgresServer> {
    const folder = temporaryFolder();
    chmodSync(folder, 0o711);
    const server = new PostgresServer(
      folder,
      randomBytes(16).toString('hex'),
      options,
      options.tls === undefined ? PORT : await freePort(),
    );
    server.layOut();
    await server.start();
    return server;
  }

  get socket(): string {
    return join(this.folder, `.s.PGSQL.${this.port}`);
  }

  /** @param host another way to the server than its socket */
  url(database: string, host = `${encodeURIComponent(this.folder)}:${this.port}`): string {
    return `postgres://latchkey:${this.password}@${host}/${database}`;
  }

  /** A fresh, empty one. */
  async database(): Promise<string> {
    const name = `latchkey_${randomUUID().replaceAll('-', '')}`;
    await this.run(`create database ${name}`);
    return name;
  }

  /** Runs one statement as the owner of everything, over a connection of its own. */
  async run(statement: string, database = 'postgres'): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: this.folder,
      fsync: this.options.fsync,
      full_page_writes: this.options.fsync,
      max_connections: '50',
      shared_buffers: '32MB',
      log_min_messages: 'panic',
      ...this.tlsSettings(),
      ...this.options.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.process = spawn(...asServerUser('postgres', ['-D', join(this.folder, 'data'), ...flags]), {
      stdio: 'ignore',
    });
    const { process } = this;
    await eventually(async () => {
      if (process.exitCode !== null) throw new Error('the PostgreSQL server did not start');
      return this.run('select 1').then(
        () => true,
        () => false,
      );
    });
  }

  /**
   * `SIGINT` ends every session and stops in order; `SIGQUIT` stops at once, and the next start recovers as after a power cut.
   */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  }

  private tlsSettings(): Readonly<Record<string, string>> {
    const { tls } = this.options;
    if (tls === undefined) return {};
    return {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      ssl: 'on',
      ssl_cert_file: join(this.folder, 'server.crt'),
      ssl_key_file: join(this.folder, 'server.key'),
      ...(tls.callersAuthority && { ssl_ca_file: join(this.folder, 'callers.crt') }),
    };
  }

  private layOut(): void {
    const passwordFile = join(this.folder, 'password');
    writeFileSync(passwordFile, this.password);
    const { tls } = this.options;
    if (tls !== undefined) {
      writeFileSync(join(this.folder, 'server.crt'), tls.certificate);
      writeFileSync(join(this.folder, 'server.key'), tls.key, { mode: 0o600 });
      if (tls.callersAuthority) writeFileSync(join(this.folder, 'callers.crt'), tls.callersAuthority);
    }
    spawnSync('chown', ['-R', SERVER_USER, this.folder]);
    const data = join(this.folder, 'data');
    const made = spawnSync(
      ...asServerUser('initdb', [
        ...['-D', data, '-U', 'latchkey', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
      ]),
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    if (tls?.callersAuthority !== undefined) {
      const access =
        'local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n';
      writeFileSync(join(data, 'pg_hba.conf'), access);
    }
  }
}

const IS_ROOT = process.getuid?.() === 0;
/** The server refuses to run as root. */
const SERVER_USER = IS_ROOT ? 'postgres' : String(process.getuid?.());

/** A server doesn't outlive its test, however that ends: it is told to stop when its parent is gone. */
function asServerUser(program: string, parameters: readonly string[]): [string, string[]] {
  const user = IS_ROOT ? ['--reuid', SERVER_USER, '--regid', SERVER_USER, '--clear-groups'] : [];
  return ['setpriv', [...user, '--pdeathsig', 'INT', join(binaries(), program), ...parameters]];
}

function binaries(): string {
  const newest = readdirSync(VERSIONS)
    .map(Number)
    .filter((version) => !Number.isNaN(version))
    .sort((one, other) => other - one)[0];
  if (newest === undefined) throw new Error(`no PostgreSQL server in ${VERSIONS}`);
  return join(VERSIONS, String(newest), 'bin');
}

let shared: Promise<PostgresServer> | undefined;

/** The server of this spec file, started when first asked for and stopped when the spec is done. */
export function postgresServer(): Promise<PostgresServer> {
  shared ??= PostgresServer.start({ fsync: 'off' });
  return shared;
}

/** The address of a fresh database on it. */
export async function freshPostgres(): Promise<string> {
  const server = await postgresServer();
  return server.url(await server.database());
}

afterAll(async () => {
  await (await shared)?.stop();
});
