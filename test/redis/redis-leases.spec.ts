import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/application/ports/unavailable.js';
import { RedisLeases } from '../../src/infrastructure/redis/redis-leases.js';
import { leasesContract } from '../contract/leases.contract.js';
import { eventually } from '../support/eventually.js';
import { RedisServer } from '../support/redis-server.js';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());

let opened = 0;

leasesContract('RedisLeases', async () => {
  const prefix = `leases-${(opened += 1)}:`;
  const connections = [await server.connection(prefix), await server.connection(prefix)] as const;
  return {
    leases: [new RedisLeases(connections[0]), new RedisLeases(connections[1])],
    lose: async () => {
      await connections[0].command('FLUSHALL');
    },
    close: () => {
      for (const connection of connections) connection.close();
      return Promise.resolve();
    },
  };
});

describe('RedisLeases on their server', () => {
  it('says that it does not know while the server is away; then the holder, who alone had it, has to begin anew', async () => {
    const connection = await server.connection('away:');
    const leases = new RedisLeases(connection);
    expect(await leases.acquire('projections', 'owner-1', 60_000, 0)).toBe(1);
    await server.kill();
    await expect(leases.renew('projections', 'owner-1', 60_000)).rejects.toThrow(Unavailable);
    await expect(leases.acquire('projections', 'owner-2', 60_000, 1)).rejects.toThrow(Unavailable);
    await server.start();
    await eventually(async () => (await connection.health()).reachable);
    expect(await leases.acquire('projections', 'owner-2', 60_000, 1)).toBeUndefined();
    expect(await leases.renew('projections', 'owner-1', 60_000)).toBe(false);
    await leases.release('projections', 'owner-1');
    expect(await leases.acquire('projections', 'owner-1', 60_000, 1)).toBe(2);
    expect(await leases.renew('projections', 'owner-1', 60_000)).toBe(true);
    connection.close();
  });
});
