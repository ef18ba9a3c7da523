import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { NODE_OPTIONS } from '../../src/node-options.js';

const MAIN = fileURLToPath(new URL('../../../main.js', import.meta.url));
export const API_KEY = 'benchmark-key-of-this-run-alone';

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** The service as built, in a process of its own, so that its CPU is its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly host: string,
  ) {}

  /** @param environment on top of development's */
  static async start(
    folder: string,
    port: number,
    environment: Readonly<Record<string, string>> = {},
    nodeArguments: readonly string[] = [],
  ): Promise<ServerProcess> {
    const child = spawn(process.execPath, [...NODE_OPTIONS, ...nodeArguments, MAIN], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        LATCHKEY_ENV: 'development',
        LATCHKEY_DATA: folder,
        LATCHKEY_DEV_API_KEY: API_KEY,
        PORT: String(port),
        GRPC_PORT: '0',
        ...environment,
      },
    });
    const { HOST: host = '127.0.0.1' } = environment;
    const server = new ServerProcess(child, port, host.includes(':') ? `[${host}]` : host);
    await server.ready();
    return server;
  }

  /** CPU used so far by all threads, user and system, in µs; as the process itself says. */
  async cpu(): Promise<number> {
    const text = await (await fetch(`http://${this.host}:${this.port}/metrics`)).text();
    const seconds = /^latchkey_process_cpu_seconds_total ([\d.e+-]+)$/mu.exec(text)?.[1];
    if (seconds === undefined) throw new Error('the metrics name no CPU');
    return Number(seconds) * 1e6;
  }

  /** Resident, in bytes. */
  async memory(): Promise<number> {
    const text = await (await fetch(`http://${this.host}:${this.port}/metrics`)).text();
    const bytes = /^\w*process_resident_memory_bytes ([\d.e+-]+)$/mu.exec(text)?.[1];
    if (bytes === undefined) throw new Error('the metrics name no memory');
    return Number(bytes);
  }

  /**
   * Until every projection has taken in all that is recorded.
   * @returns how many events the one that was behind the most had to take in
   */
  async caughtUp(onProgress?: (done: number, total: number) => void): Promise<number> {
    const deadline = Date.now() + 30 * 60_000;
    let most = 0;
    while (Date.now() < deadline) {
      const report = (await (await fetch(`http://${this.host}:${this.port}/health/ready`)).json()) as {
        projections: readonly { lag: number }[];
      };
      const behind = Math.max(...report.projections.map(({ lag }) => lag));
      most = Math.max(most, behind);
      onProgress?.(most - behind, most);
      if (behind === 0) return most;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('the projections did not catch up within half an hour');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) throw new Error('the service did not start');
      const answer = await fetch(`http://${this.host}:${this.port}/health/live`).catch(() => undefined);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the service did not answer within a minute');
  }
}
