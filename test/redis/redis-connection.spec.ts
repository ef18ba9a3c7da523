import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/application/ports/unavailable.js';
import { RedisConnection, Script } from '../../src/infrastructure/redis/redis-connection.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { RedisServer, SILENT } from '../support/redis-server.js';

const ECHO = new Script('return ARGV[1]');
const SECRET = 'value-that-nobody-may-read';

async function failing(attempt: Promise<unknown>): Promise<Error> {
  return attempt.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as Error,
  );
}

/** All that a logger could find in an error. */
function everythingIn(error: Error): string {
  return inspect(error, { depth: Infinity, showHidden: true });
}

describe('a connection to Redis', () => {
  let server: RedisServer;
  let connection: RedisConnection;

  beforeEach(async () => {
    server = await RedisServer.start();
    connection = await server.connection('test:', 250);
  });

  afterEach(async () => {
    connection.close();
    await server.kill();
  });

  const echo = async () => String(await connection.run(ECHO, [], [SECRET]));

  it('sends a script again that the server has forgotten: new, flushed, or started again', async () => {
    expect(await echo()).toBe(SECRET);
    await connection.command('SCRIPT', 'FLUSH');
    expect(await echo()).toBe(SECRET);
    await server.kill();
    await server.start();
    await eventually(() =>
      echo().then(
        () => true,
        () => false,
      ),
    );
    expect(await echo()).toBe(SECRET);
  });

  it('fails at once while the server is away, and goes on by itself when it is back', async () => {
    await server.kill();
    for (const _ of [1, 2, 3]) {
      const error = await failing(connection.command('SET', SECRET, SECRET));
      expect(error).toBeInstanceOf(Unavailable);
      expect(error.message).toBe('redis-unreachable');
      expect(everythingIn(error)).not.toContain(SECRET);
    }
    expect(await connection.health()).toStrictEqual({ reachable: false, risks: [] });
    await server.start();
    await eventually(() =>
      echo().then(
        () => true,
        () => false,
      ),
    );
  });

  it('waits so long and no longer for a server that hangs', async () => {
    server.pause();
    const error = await failing(connection.run(ECHO, [], [SECRET]));
    expect(error).toBeInstanceOf(Unavailable);
    expect(everythingIn(error)).not.toContain(SECRET);
    server.goOn();
    await eventually(() =>
      echo().then(
        () => true,
        () => false,
      ),
    );
  });

  it('says of a server that can write no more that it is to be asked again, and quotes nothing', async () => {
    await connection.command('CONFIG', 'SET', 'maxmemory', '1');
    const error = await failing(connection.command('SET', SECRET, SECRET));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error.message).toBe('redis-oom');
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it('takes a command that Redis refuses for a fault of ours, and quotes nothing', async () => {
    await connection.command('SET', 'test:text', SECRET);
    for (const attempt of [
      connection.command('INCR', 'test:text'),
      connection.command('HGETALL', 'test:text'),
      connection.command(SECRET),
      connection.run(new Script("return redis.error_reply('ERR no ' .. ARGV[1])"), [], [SECRET]),
    ]) {
      const error = await failing(attempt);
      expect(error).not.toBeInstanceOf(Unavailable);
      expect(error.message).toBe('Redis refused a command');
      expect(everythingIn(error)).not.toContain(SECRET);
    }
  });

  it('names what would make the server lose things', async () => {
    expect(await connection.health()).toStrictEqual({ reachable: true, risks: [] });
    await connection.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await connection.command('CONFIG', 'SET', 'appendonly', 'no');
    expect(await connection.health()).toStrictEqual({
      reachable: true,
      risks: ['evicts', 'no-append-only-file'],
    });
  });

  it('shows the password of its address to the server, and to nobody else', async () => {
    await connection.command('CONFIG', 'SET', 'requirepass', 'right-password');
    const logged: unknown[] = [];
    const log = {
      info: (...line: unknown[]) => void logged.push(line),
      error: (...line: unknown[]) => void logged.push(line),
    };
    const address = (password: string) => ({
      url: `redis://:${password}@127.0.0.1:${server.port}`,
      prefix: 'test:',
    });
    const admitted = await RedisConnection.open(address('right-password'), log);
    expect(String(await admitted.command('PING'))).toBe('PONG');
    admitted.close();
    const error = await failing(RedisConnection.open(address('wrong-password'), log));
    expect(error).toBeInstanceOf(Unavailable);
    expect(everythingIn(error) + JSON.stringify(logged)).not.toMatch(/right-password|wrong-password/);
    expect(logged).toContainEqual([
      { failure: 'ReplyError', code: 'WRONGPASS', host: '127.0.0.1', port: server.port },
      'Redis can’t be reached',
    ]);
  });

  it('says so where there is no server', async () => {
    const port = await freePort();
    const logged: unknown[] = [];
    const log = { ...SILENT, error: (...line: unknown[]) => void logged.push(line) };
    const url = `redis://:very-secret@127.0.0.1:${port}`;
    const error = await failing(RedisConnection.open({ url, prefix: 'test:' }, log));
    expect(error).toBeInstanceOf(Unavailable);
    expect(logged).toStrictEqual([
      [{ failure: 'Error', code: 'ECONNREFUSED', host: '127.0.0.1', port }, 'Redis can’t be reached'],
    ]);
  });
});
