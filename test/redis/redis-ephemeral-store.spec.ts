import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { RedisEphemeralStore } from '../../src/infrastructure/redis/redis-ephemeral-store.js';
import { ephemeralStoreContract } from '../contract/ephemeral-store.contract.js';
import { RedisServer } from '../support/redis-server.js';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());

let opened = 0;
const newPrefix = () => `test-${(opened += 1)}:`;

ephemeralStoreContract('RedisEphemeralStore', async (clock) => {
  const prefix = newPrefix();
  let connection = await server.connection(prefix);
  return {
    store: new RedisEphemeralStore(connection, clock),
    reopen: async () => {
      connection.close();
      await server.kill();
      await server.start();
      connection = await server.connection(prefix);
      return new RedisEphemeralStore(connection, clock);
    },
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
});

describe('RedisEphemeralStore on its server', () => {
  it('leaves nothing behind of what has expired: Redis removes the entries, later writes their names', async () => {
    let now = 0;
    const connection = await server.connection('expiring:');
    const store = new RedisEphemeralStore(connection, () => now);
    const keys = Array.from({ length: 40 }, (_, index) => `check:${index}`);
    await Promise.all(keys.map((key) => store.put(key, Uint8Array.of(1), MINUTE)));
    const names = () => connection.command('ZCARD', connection.key('ephemeral', 'names'));
    expect(await names()).toBe(40);
    expect(Number(await connection.command('PTTL', connection.key('entry', 'check:1')))).toBeLessThanOrEqual(
      MINUTE,
    );
    now = MINUTE;
    const seen: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      await store.put('kept', Uint8Array.of(2), 10 * MINUTE);
      seen.push(await names());
    }
    expect(seen).toStrictEqual([25, 9, 1]);
    connection.close();
  });

  it('shares what was put and taken among processes', async () => {
    const connections = await Promise.all([server.connection('shared:'), server.connection('shared:')]);
    const [one, other] = [
      new RedisEphemeralStore(connections[0], () => 0),
      new RedisEphemeralStore(connections[1], () => 0),
    ];
    await one.put('check:1', Uint8Array.of(7), MINUTE);
    expect(await other.get('check:1')).toStrictEqual(Uint8Array.of(7));
    const taken = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        (index % 2 === 0 ? one : other).take('ceremony:1', `command-${index}`, MINUTE),
      ),
    );
    expect(taken.filter((had) => had)).toHaveLength(1);
    for (const connection of connections) connection.close();
  });

  it('asks for no more than what begins so, however much else there is', async () => {
    const connection = await server.connection('many:');
    const store = new RedisEphemeralStore(connection, () => 0);
    await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => store.put(`of-others|${index}`, Uint8Array.of(1), MINUTE)),
    );
    await Promise.all(
      Array.from({ length: 600 }, (_, index) => store.put(`mine|${index}`, Uint8Array.of(1), MINUTE)),
    );
    const listed: string[] = [];
    for await (const { key } of store.entriesNamed('mine|')) listed.push(key);
    expect(new Set(listed).size).toBe(600);
    await store.deletePrefix('mine|');
    expect(await connection.command('ZCARD', connection.key('ephemeral', 'names'))).toBe(2_000);
    const stats = String(await connection.command('INFO', 'commandstats'));
    expect(stats).not.toContain('cmdstat_scan');
    expect(stats).not.toContain('cmdstat_keys');
    connection.close();
  });
});
