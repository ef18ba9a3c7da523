import { afterAll, beforeAll } from '@jest/globals';
import { BullmqJobQueue } from '../../src/infrastructure/jobs/bullmq/bullmq-job-queue.js';
import { RedisProcessStore } from '../../src/infrastructure/redis/redis-process-store.js';
import { processStoreContract } from '../contract/process-store.contract.js';
import { RedisServer, SILENT } from '../support/redis-server.js';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

let opened = 0;

processStoreContract('RedisProcessStore', async () => {
  const prefix = `processes-${(opened += 1)}`;
  const open = async () => {
    const connection = await server.connection(`${prefix}:`);
    const queue = await BullmqJobQueue.open(connection, Date.now, SILENT, prefix);
    const close = async () => {
      await queue.close();
      connection.close();
    };
    return { queue, store: new RedisProcessStore(connection, queue), close };
  };
  let run = await open();
  return {
    ...run,
    reopen: async () => {
      await run.close();
      await server.kill();
      await server.start();
      run = await open();
      return run;
    },
    close: () => run.close(),
  };
});
