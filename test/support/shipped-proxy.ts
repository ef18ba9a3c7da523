import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { temporaryFolder } from './temporary-folder.js';

const SETTINGS = 'deploy/haproxy.cfg';
/** What `SETTINGS` names, and a test has elsewhere. */
const LISTENS = 'bind :8080';
const SERVERS = '  server api1 api1:3000\n  server api2 api2:3000\n';

/** A real HAProxy with the settings that are shipped, before processes of this machine. */
export class ShippedProxy {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async before(ports: readonly number[]): Promise<ShippedProxy> {
    const port = await freePort();
    const file = join(temporaryFolder(), 'haproxy.cfg');
    writeFileSync(file, settingsFor(port, ports));
    const child = spawn(process.env['HAPROXY'] ?? 'haproxy', ['-q', '-db', '-f', file], { stdio: 'ignore' });
    const proxy = new ShippedProxy(child, port);
    await eventually(() => {
      if (child.exitCode !== null) throw new Error('HAProxy did not start');
      return proxy.listens();
    });
    return proxy;
  }

  async close(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

function settingsFor(port: number, ports: readonly number[]): string {
  const servers = ports.map((each) => `  server api${each} 127.0.0.1:${each}\n`).join('');
  return [
    [LISTENS, `bind 127.0.0.1:${port}`],
    [SERVERS, servers],
  ].reduce(
    (text, [shipped = '', here = '']) => {
      if (!text.includes(shipped)) throw new Error(`${SETTINGS} has no ${shipped}`);
      return text.replace(shipped, here);
    },
    readFileSync(SETTINGS, 'utf8'),
  );
}
