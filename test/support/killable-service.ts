import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { killed } from './killed.js';

const MAIN = resolve('dist/main.js');

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** The built service in a process of its own, which can be killed without warning and started again on its folder. */
export class KillableService {
  /** What it has printed so far, in all its runs. */
  printed = '';
  private child: ChildProcess | undefined;

  constructor(
    readonly folder: string,
    readonly port: number,
    private readonly key = 'key-of-the-crash-test-alone',
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {
    if (!existsSync(MAIN)) throw new Error('the service is not built: run `npm run build`, or `npm test`');
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @param env further settings of this one run */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        LATCHKEY_ENV: 'development',
        LATCHKEY_DATA: this.folder,
        LATCHKEY_DEV_API_KEY: this.key,
        LATCHKEY_LOG: 'silent',
        PORT: String(this.port),
        ...this.settings,
        ...env,
        GRPC_PORT: '0',
      },
    });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    // The welcome is printed once it answers.
    const [first] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    if (typeof first === 'number' || first === null) throw new Error('the service did not start');
  }

  /** See `killed`. */
  kill(): Promise<void> {
    return killed(this.child);
  }

  /** It does nothing until it goes on. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.child?.kill('SIGCONT');
  }

  /** SIGTERM: what has begun is finished. Answers with the exit code when the process is gone. */
  async terminate(): Promise<number | null> {
    const { child } = this;
    if (child === undefined || !this.isRunning) throw new Error('the service is not running');
    const gone = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await gone)[0];
  }

  /** Undefined where the service went away before it had answered in full. */
  async post(
    method: string,
    path: string,
    idempotencyKey: string,
    body: unknown,
  ): Promise<Answered | undefined> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify(body),
      });
      return { status: response.status, text: await response.text() };
    } catch {
      return undefined;
    }
  }

  /** @throws where it isn't answered with 200 */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      headers: { authorization: `Bearer ${this.key}` },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
