import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/journeys.js';
import { recordedOf } from '../support/recorded.js';
import { runServer, withGrpc } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SUBSCRIBER = resolve('test/support/subscriber.mjs');
const KILLS = 6;

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

async function kill(process: ChildProcess): Promise<void> {
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  expect(await gone).toStrictEqual([null, 'SIGKILL']);
}

describe('B10: a consumer of the event stream', () => {
  it('that is killed again and again while events are written goes on without gap or repeat', async () => {
    const settings = await withGrpc();
    const server = await runServer({ settings });
    const file = join(temporaryFolder(), 'events');
    const taken = (): readonly string[] =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .slice(0, -1)
            .map((line) => line.split(' ')[0] ?? '')
        : [];
    const start = (): ChildProcess => {
      const address = `127.0.0.1:${settings.grpc.port}`;
      return spawn(process.execPath, [SUBSCRIBER, address, 'moomoo', file], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, LATCHKEY_KEY: server.key },
      });
    };
    const people = Array.from({ length: 4 }, () => new Person(server, 'moomoo'));
    for (const each of people) await each.enrol();
    let writing = true;
    const written = people.map(async (each) => {
      for (let count = 0; writing; count += 1) {
        await each.call('PUT', '', { body: { displayName: `Name ${count}` } });
      }
    });
    for (let round = 0; round < KILLS; round += 1) {
      const before = taken().length;
      child = start();
      await eventually(() => taken().length > before + 10);
      // In the middle: more has been recorded than it has taken.
      await kill(child);
    }
    writing = false;
    await Promise.all(written);
    child = start();
    const expected = await recordedOf(server, 'moomoo');
    await eventually(() => taken().length >= expected.length);
    await kill(child);
    const afterwards = await recordedOf(server, 'moomoo');
    expect(taken()).toStrictEqual(afterwards.slice(0, taken().length));
    expect(taken().length).toBeGreaterThanOrEqual(expected.length);
    await server.close();
  });
});
