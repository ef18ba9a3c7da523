import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LeasedWork } from '../../src/application/leased-work.js';
import type { Work } from '../../src/application/leased-work.js';
import { Unavailable } from '../../src/application/ports/unavailable.js';
import { RedisLeases } from '../../src/infrastructure/redis/redis-leases.js';
import type { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { eventually } from '../support/eventually.js';
import { RedisServer, SILENT } from '../support/redis-server.js';

/** In ms. Short, so that a holder that is not heard of is soon forgotten. */
const TIMES = { lifetime: 400, every: 20 };

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());

describe('work that one process at a time does', () => {
  let told: string[];
  let connections: RedisConnection[];
  let begun: LeasedWork<Work>[];
  let named = 0;

  beforeEach(() => {
    told = [];
    connections = [];
    begun = [];
    named += 1;
  });
  afterEach(async () => {
    for (const work of begun) await work.stop();
    for (const connection of connections) connection.close();
  });

  /** A process that tells what it does. */
  async function process(
    name: string,
    work: Partial<Work> = {},
  ): Promise<{ work: LeasedWork<Work>; connection: RedisConnection; cutOff: () => void }> {
    const connection = await server.connection(`leased-${named}:`);
    connections.push(connection);
    const leases = new RedisLeases(connection);
    let isCutOff = false;
    const reached = <Result>(ask: () => Promise<Result>): Promise<Result> =>
      isCutOff ? Promise.reject(new Unavailable('redis-unreachable')) : ask();
    const leased = new LeasedWork<Work>(
      'projections',
      () => ({
        start: async () => {
          told.push(`${name} begins`);
          await work.start?.();
        },
        stop: async () => {
          await work.stop?.();
          told.push(`${name} has stopped`);
        },
      }),
      {
        acquire: (...asked) => reached(() => leases.acquire(...asked)),
        renew: (...asked) => reached(() => leases.renew(...asked)),
        release: (...asked) => reached(() => leases.release(...asked)),
      },
      randomUUID,
      SILENT,
      TIMES,
    );
    begun.push(leased);
    return { work: leased, connection, cutOff: () => void (isCutOff = true) };
  }

  it('is done by the first that asks, for as long as it renews its lease', async () => {
    const one = await process('one');
    const other = await process('other');
    await one.work.start();
    await other.work.start();
    const since = performance.now();
    await eventually(() => performance.now() - since > 3 * TIMES.lifetime);
    expect(told).toStrictEqual(['one begins']);
    expect([one.work.current === undefined, other.work.current]).toStrictEqual([false, undefined]);
  });

  it('goes over at once when its holder stops, and only when what it had begun is finished', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const one = await process('one', { stop: () => finished });
    const other = await process('other');
    await one.work.start();
    await other.work.start();
    const stopped = one.work.stop();
    await eventually(() => one.work.current === undefined);
    finish();
    await stopped;
    await eventually(() => other.work.current !== undefined);
    expect(told).toStrictEqual(['one begins', 'one has stopped', 'other begins']);
  });

  it('goes over when its holder is heard of no more', async () => {
    const one = await process('one');
    const other = await process('other');
    await one.work.start();
    await other.work.start();
    one.cutOff();
    await eventually(() => other.work.current !== undefined);
    expect(told).toStrictEqual(['one begins', 'other begins']);
  });

  it('is stopped and begun anew by somebody where Redis has forgotten the lease', async () => {
    const one = await process('one');
    const other = await process('other');
    await one.work.start();
    await other.work.start();
    await other.connection.command('FLUSHALL');
    await eventually(() => told.length === 3);
    expect(told.slice(0, 1)).toStrictEqual(['one begins']);
    expect(told.slice(1).toSorted()).toStrictEqual(
      expect.arrayContaining([expect.stringMatching(/^(one|other) begins$/u), 'one has stopped']),
    );
  });

  it('is begun anew where Redis was away, which may have come back without the last writes', async () => {
    const one = await process('one');
    await one.work.start();
    await server.kill();
    await server.start();
    await eventually(() => told.length === 3);
    expect(told).toStrictEqual(['one begins', 'one has stopped', 'one begins']);
  });

  it('is begun again, here or elsewhere, where it could not be begun', async () => {
    let failures = 2;
    const one = await process('one', {
      start: () => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
    });
    await one.work.start();
    await eventually(() => told.length === 5);
    expect(told).toStrictEqual([
      'one begins',
      'one has stopped',
      'one begins',
      'one has stopped',
      'one begins',
    ]);
  });

  it('is not stopped before it has begun to its end', async () => {
    let begin: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (begin = resolve));
    const one = await process('one', { start: () => ready.then(() => void told.push('one has begun')) });
    const started = one.work.start();
    await eventually(() => told.length === 1);
    expect(one.work.current).toBeUndefined();
    const stopped = one.work.stop();
    begin();
    await Promise.all([started, stopped]);
    expect(told).toStrictEqual(['one begins', 'one has begun', 'one has stopped']);
  });

  it('is nobody’s while Redis is away, and somebody’s when it is back', async () => {
    const one = await process('one');
    await server.kill();
    await one.work.start();
    expect(told).toStrictEqual([]);
    await server.start();
    await eventually(() => one.work.current !== undefined);
    expect(told).toStrictEqual(['one begins']);
  });
});
