import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { RedisRateLimits } from '../../src/infrastructure/redis/redis-rate-limits.js';
import { rateLimitsContract } from '../contract/rate-limits.contract.js';
import { RedisServer } from '../support/redis-server.js';

const KEY = new Uint8Array(32).fill(7);
const RATE = { name: 'guess', times: 2, per: MINUTE } as const;

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());

let opened = 0;

rateLimitsContract('RedisRateLimits', async (clock) => {
  const prefix = `test-${(opened += 1)}:`;
  let connection = await server.connection(prefix);
  return {
    limits: new RedisRateLimits(connection, KEY, clock),
    reopen: async () => {
      connection.close();
      await server.kill();
      await server.start();
      connection = await server.connection(prefix);
      return new RedisRateLimits(connection, KEY, clock);
    },
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
});

describe('RedisRateLimits on its server', () => {
  it('counts what several processes spend together, and lets a window go when it ends', async () => {
    const connections = await Promise.all([server.connection('shared:'), server.connection('shared:')]);
    const [one, other] = [
      new RedisRateLimits(connections[0], KEY, () => 0),
      new RedisRateLimits(connections[1], KEY, () => 0),
    ];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).spend(RATE, 'ada')),
    );
    expect(answers.filter((until) => until === null)).toHaveLength(2);
    const [name] = (await connections[0].command('KEYS', 'shared:*')) as readonly Buffer[];
    const left = await connections[0].command('PTTL', name ?? '');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(MINUTE);
    for (const connection of connections) connection.close();
  });

  it('keeps no name as it is', async () => {
    const connection = await server.connection('hashed:');
    await new RedisRateLimits(connection, KEY, () => 0).spend(RATE, '203.0.113.77');
    const names = (await connection.command('KEYS', 'hashed:*')) as readonly Buffer[];
    expect(names).toHaveLength(1);
    expect(String(names[0])).toMatch(/^hashed:rate:guess:[\w-]{43}$/);
    connection.close();
  });
});
