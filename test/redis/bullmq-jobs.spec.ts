import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { BullmqJobQueue } from '../../src/infrastructure/jobs/bullmq/bullmq-job-queue.js';
import type { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { jobQueueContract } from '../contract/jobs.contract.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { RedisServer, SILENT } from '../support/redis-server.js';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());
afterEach(() => {
  jest.restoreAllMocks();
});

/** Short, for a crash is nothing to wait for here; the crash specs wait for the real ones. */
const TIMES = { lock: 15_000, stalledCheck: 50 };

let opened = 0;

jobQueueContract('BullmqJobQueue', async () => {
  const prefix = `jobs-${(opened += 1)}`;
  const clock = new AdvancingClock();
  // BullMQ asks the machine for the time.
  jest.spyOn(Date, 'now').mockImplementation(() => clock.now());
  const connection: RedisConnection = await server.connection(`${prefix}:`);
  const open = () => BullmqJobQueue.open(connection, () => clock.now(), SILENT, prefix, TIMES);
  let queue = await open();
  return {
    queue,
    now: () => clock.now(),
    advance: (milliseconds) => {
      clock.advance(milliseconds);
      // As the end of its wait does: the worker looks at the time anew.
      void connection.command('ZADD', `${prefix}:jobs:marker`, 0, '0');
    },
    reopen: async () => {
      await queue.close();
      // As when the time of a lock that nobody renews is over.
      for (const key of (await connection.command('KEYS', `${prefix}:jobs:*:lock`)) as Buffer[]) {
        await connection.command('DEL', key);
      }
      queue = await open();
      return queue;
    },
    close: async () => {
      await queue.close();
      connection.close();
    },
  };
});
