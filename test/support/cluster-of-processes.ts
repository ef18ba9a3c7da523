import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Role } from '../../src/infrastructure/config/cluster-settings.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { SCOPES } from '../../src/infrastructure/service/api-keys.js';
import { KillableService } from './killable-service.js';
import type { Reachable } from './backend-at-work.js';
import { freePort } from './free-port.js';
import { PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';
import { ShippedProxy } from './shipped-proxy.js';
import { temporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);

/** One of the origins that moomoo's policy names. */
const ORIGIN = 'https://www.moomoo.com';

/** Files in PEM: what both servers show, and who issued it. */
export interface Secured {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** A service of several processes in production, on real servers of its own. */
export class ClusterOfProcesses {
  private readonly processes: KillableService[] = [];
  private readonly proxies: ShippedProxy[] = [];

  private constructor(
    readonly postgres: PostgresServer,
    readonly redis: RedisServer,
    readonly settings: Readonly<Record<string, string>>,
    private readonly key: string,
  ) {}

  /** @param rp whose backend calls; @param further settings of every process */
  static async start(
    secured?: Secured,
    rp = 'moomoo',
    further: Readonly<Record<string, string>> = {},
  ): Promise<ClusterOfProcesses> {
    const [postgres, redis] = await Promise.all([
      PostgresServer.start({
        fsync: 'off',
        settings: { max_connections: '150' },
        ...(secured && {
          tls: { certificate: readFileSync(secured.certificate), key: readFileSync(secured.key) },
        }),
      }),
      secured === undefined ? RedisServer.start() : RedisServer.startWithTls(secured),
    ]);
    const database = await postgres.database();
    const settings = {
      LATCHKEY_ENV: 'production',
      LATCHKEY_TIER: 'cluster',
      LATCHKEY_POSTGRES_URL:
        secured === undefined
          ? postgres.url(database)
          : `${postgres.url(database, `localhost:${postgres.port}`)}?sslmode=verify-full`,
      ...(secured && { NODE_EXTRA_CA_CERTS: secured.authority }),
      LATCHKEY_REDIS_URL: redis.url,
      LATCHKEY_MASTER_KEY: randomBytes(32).toString('base64'),
      LATCHKEY_ISSUER: 'https://latchkey.example',
      LATCHKEY_SMTP_URL: 'smtp://127.0.0.1:9',
      LATCHKEY_SMTP_FROM: 'no-reply@example.com',
      LATCHKEY_SMS_URL: 'https://127.0.0.1:9/',
      LATCHKEY_SMS_TOKEN: 'token',
      LATCHKEY_LOG: 'silent',
      LATCHKEY_DEV_API_KEY: '',
      ...further,
    };
    const cluster = new ClusterOfProcesses(postgres, redis, settings, '');
    const { stdout } = await cluster.command('keys', 'create', '--rp', rp, '--scopes', SCOPES.join(','));
    const key = /lk_[\w-]{43}/u.exec(stdout)?.[0];
    if (key === undefined) throw new Error(`no key in: ${stdout}`);
    return new ClusterOfProcesses(postgres, redis, settings, key);
  }

  /** The address of the service's database, by another way to its server. */
  databaseBy(host: string): string {
    const { pathname } = new URL(this.settings['LATCHKEY_POSTGRES_URL'] ?? '');
    return this.postgres.url(pathname.slice(1), host);
  }

  /** One command of the command line. */
  command(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    return this.commandWith({}, ...words);
  }

  commandWith(
    further: Readonly<Record<string, string>>,
    ...words: readonly string[]
  ): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, ['bin/latchkey.js', ...words], {
      env: { ...process.env, ...this.settings, ...further },
    });
  }

  /** Every read model, anew from the first event. */
  async rebuildAll(): Promise<void> {
    for (const { name } of PROJECTIONS) await this.command('projections', 'rebuild', name);
  }

  /** A process of its own, started. */
  process(...roles: readonly Role[]): Promise<KillableService> {
    return this.processWith({}, ...roles);
  }

  /** One that differs from the others in these settings. */
  async processWith(
    further: Readonly<Record<string, string>>,
    ...roles: readonly Role[]
  ): Promise<KillableService> {
    const made = new KillableService(temporaryFolder(), await freePort(), this.key, {
      ...this.settings,
      ...further,
      LATCHKEY_ROLES: roles.join(','),
    });
    this.processes.push(made);
    await made.start();
    return made;
  }

  /** The way to this one, without anything between. */
  straightTo(process: KillableService): Reachable {
    return {
      origin: ORIGIN,
      post: (method, path, key, body) => process.post(method, path, key, body),
      get: (path) => process.get(path),
    };
  }

  /** The way to all of these, by the proxy that is shipped. */
  async behindProxy(...processes: readonly KillableService[]): Promise<Reachable> {
    const proxy = await ShippedProxy.before(processes.map(({ port }) => port));
    this.proxies.push(proxy);
    return this.straightTo(new KillableService('', proxy.port, this.key));
  }

  async stop(): Promise<void> {
    for (const each of this.processes) await each.kill();
    for (const proxy of this.proxies) await proxy.close();
    await Promise.all([this.postgres.stop(), this.redis.kill()]);
  }
}
