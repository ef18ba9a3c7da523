import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { OperatorLog } from '../../src/application/operator-log.js';
import { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { killed } from './killed.js';
import { temporaryFolder } from './temporary-folder.js';

export const SILENT: OperatorLog = { info: () => undefined, error: () => undefined };

/** A real redis-server of a spec's own, on a free port, with its files in a temporary folder. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly folder: string,
    private readonly options: readonly string[],
    private readonly tls = false,
  ) {}

  /** @param options further ones of redis-server's command line */
  static async start(...options: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), temporaryFolder(), options);
    await server.start();
    return server;
  }

  /** One that speaks TLS and nothing else. @param files its certificate and its key, in PEM */
  static async startWithTls(files: {
    readonly certificate: string;
    readonly key: string;
  }): Promise<RedisServer> {
    const options = [
      '--tls-cert-file',
      files.certificate,
      '--tls-key-file',
      files.key,
      '--tls-auth-clients',
      'no',
    ];
    const server = new RedisServer(await freePort(), temporaryFolder(), options, true);
    await server.start();
    return server;
  }

  get url(): string {
    return this.tls ? `rediss://localhost:${this.port}` : `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on what it has kept; answers when it takes commands. */
  async start(): Promise<void> {
    const child = spawn(
      process.env['REDIS_SERVER'] ?? 'redis-server',
      [
        ...['--bind', '127.0.0.1', '--dir', this.folder],
        ...(this.tls ? ['--port', '0', '--tls-port'] : ['--port']),
        String(this.port),
        ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
        ...['--maxmemory-policy', 'noeviction', ...this.options],
      ],
      { stdio: 'ignore' },
    );
    await once(child, 'spawn');
    this.child = child;
    await eventually(() => this.isListening());
  }

  /**
   * SIGKILL: nothing is saved or said. So do the tests end it as well: Redis takes SIGTERM for refused, and never comes back to
   * it, while it writes its first file, which a replica does after it was filled.
   */
  kill(): Promise<void> {
    return killed(this.child);
  }

  /** It answers nobody until it goes on. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.child?.kill('SIGCONT');
  }

  connection(prefix = 'test:', commandTimeout?: number): Promise<RedisConnection> {
    return RedisConnection.open(
      { url: this.url, prefix, ...(commandTimeout !== undefined && { commandTimeout }) },
      SILENT,
    );
  }

  private isListening(): Promise<boolean> {
    return new Promise((resolve) => {
      const probe = connect(this.port, '127.0.0.1');
      probe.once('connect', () => {
        probe.destroy();
        resolve(true);
      });
      probe.once('error', () => resolve(false));
    });
  }
}
