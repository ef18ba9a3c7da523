import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { byConsole, consoleCookie, revoke } from '../support/console-journeys.js';
import { answered, Person } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, until } from '../support/running-server.js';

/** What an export makes ahead of its reader is a fraction of what so many leave. */
const PEOPLE = 600;

let server: RunningServer;
let position: string;

beforeAll(async () => {
  server = await runServer();
  for (let left = PEOPLE; left > 0; left -= 20) {
    await Promise.all(Array.from({ length: 20 }, () => new Person(server, 'moomoo').enrol()));
  }
  ({ position } = await new Person(server, 'moomoo').enrol());
});
afterAll(() => server.close());

type Headers = Readonly<Record<string, string>>;

/** Begins an export that nobody draws on yet. */
async function begun(headers: Headers): Promise<{ readonly size: number; readonly body: Readable }> {
  const response = await server.inject({
    method: 'GET',
    url: `/v1/moomoo/audit/export?after=${position}`,
    authority: `localhost:${server.port}`,
    headers,
    payloadAsStream: true,
  });
  expect(response.statusCode).toBe(200);
  return { size: Number(response.headers['latchkey-tree-size']), body: response.stream() };
}

/** How many events arrive until the stream ends, and what it ends with where that isn't its end. */
async function drawn(body: Readable): Promise<{ readonly lines: number; readonly failure: unknown }> {
  let arrived = '';
  body.setEncoding('utf8').on('data', (piece: string) => (arrived += piece));
  const failure = await new Promise((resolve) =>
    body.once('end', () => resolve(null)).once('error', resolve),
  );
  return { lines: arrived.split('\n').filter((line) => line.includes('"leafIndex"')).length, failure };
}

const byKey = (key: string): Headers => ({ authorization: `Bearer ${key}` });

describe('C5 an export that its reader draws out', () => {
  it('is whole, as long as its key counts', async () => {
    const { body, size } = await begun(byKey(await server.keyFor('moomoo', 'audit')));
    expect(await drawn(body)).toStrictEqual({ lines: size, failure: null });
    expect(size).toBeGreaterThan(PEOPLE);
  });

  it('ends once its key is revoked, and not as if it were whole', async () => {
    const key = await server.keyFor('moomoo', 'audit');
    const { body, size } = await begun(byKey(key));
    await revoke(server, key);
    const call = () => server.call('GET', '/v1/moomoo/audit/checkpoint', { key });
    await until(call, ({ status }) => status === 401);
    const { failure, lines } = await drawn(body);
    expect(failure).toMatchObject({ code: 'api-key-invalid' });
    expect(lines).toBeLessThan(size);
    // That a key was refused is nothing for an operator to look into.
    expect(server.log()).toBe('');
  });

  it('ends with the session of the console that began it', async () => {
    const cookie = await consoleCookie(server, await server.keyFor('moomoo', 'audit'));
    const { body, size } = await begun(byConsole(cookie));
    answered(
      await server.call('DELETE', '/console/sessions/current', { key: null, headers: byConsole(cookie) }),
      204,
    );
    const { failure, lines } = await drawn(body);
    expect(failure).toMatchObject({ code: 'session-missing' });
    expect(lines).toBeLessThan(size);
  });
});
