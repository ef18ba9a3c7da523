import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BullmqJobQueue } from '../../src/infrastructure/jobs/bullmq/bullmq-job-queue.js';
import { RedisProcessStore } from '../../src/infrastructure/redis/redis-process-store.js';
import { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';
import { processStoreContract } from '../contract/process-store.contract.js';
import { eventually } from '../support/eventually.js';
import { RedisPair } from '../support/redis-pair.js';
import { RedisServer, SILENT } from '../support/redis-server.js';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.kill());

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

describe('jobs and the position after them, which go to Redis by two connections', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** Each connection has an address of its own, which can be led to the replica alone. */
  async function storeOnPair() {
    const pair = await RedisPair.start();
    closing.push(() => pair.stop());
    const open = async () => {
      const { url, wire } = await pair.address();
      const connection = await RedisConnection.open({ url, prefix: 'latchkey:' }, SILENT);
      closing.push(() => connection.close());
      return { connection, toReplica: () => wire.leadTo(pair.replica.port) };
    };
    const positions = await open();
    const jobs = await open();
    const queue = await BullmqJobQueue.open(jobs.connection, Date.now, SILENT, 'latchkey:jobs');
    closing.push(() => queue.close());
    const store = new RedisProcessStore(positions.connection, queue);
    await store.advance({ process: 'notices', from: 0, to: 5, jobs: [job('before')] });
    await pair.stopReplication();
    const positionsToReplica = async (): Promise<void> => {
      const before = positions.connection.made;
      positions.toReplica();
      await eventually(() => positions.connection.made > before);
    };
    const jobsToReplica = async (): Promise<void> => {
      jobs.toReplica();
      await eventually(() => answers(queue.dead(1)));
    };
    return { pair, positions: positions.connection, positionsToReplica, jobsToReplica, queue, store };
  }

  const answers = (asked: Promise<unknown>): Promise<boolean> =>
    asked.then(
      () => true,
      () => false,
    );
  const job = (id: string) => ({ id, kind: 'notify', payload: {}, runAt: 0 });
  const step = { process: 'notices', from: 5, to: 9, jobs: [job('one'), job('other')] };

  /** The jobs of the step are in the Redis that says that it was taken. */
  async function isWholeAt(port: number): Promise<void> {
    const connection = await RedisConnection.open(
      { url: `redis://127.0.0.1:${port}`, prefix: 'latchkey:' },
      SILENT,
    );
    const queue = await BullmqJobQueue.open(connection, Date.now, SILENT, 'latchkey:jobs');
    try {
      expect(await new RedisProcessStore(connection, queue).position('notices')).toBe(9);
      expect((await queue.counts()).due).toBe(3);
    } finally {
      await queue.close();
      connection.close();
    }
  }

  it('moves nothing while the jobs alone still go to the primary that others have left', async () => {
    const { jobsToReplica, pair, positionsToReplica, store } = await storeOnPair();
    await positionsToReplica();
    await expect(store.advance(step)).rejects.toThrow('the jobs of process notices are not where it stands');
    expect(await store.position('notices')).toBe(5);
    await jobsToReplica();
    await store.advance(step);
    await isWholeAt(pair.replica.port);
  });

  it('loses nothing where the position alone still goes to the primary that others have left', async () => {
    const { jobsToReplica, pair, positionsToReplica, store } = await storeOnPair();
    await jobsToReplica();
    await expect(store.advance(step)).rejects.toThrow('the jobs of process notices are not where it stands');
    await positionsToReplica();
    expect(await store.position('notices')).toBe(5);
    await store.advance(step);
    await isWholeAt(pair.replica.port);
  });

  it('moves nothing where both are led away between the jobs and the position', async () => {
    const { jobsToReplica, pair, positions, positionsToReplica, queue } = await storeOnPair();
    let isFirst = true;
    const store = new RedisProcessStore(positions, {
      keysOf: (some) => queue.keysOf(some),
      enqueue: async (some) => {
        await queue.enqueue(some);
        if (!isFirst) return;
        isFirst = false;
        await Promise.all([jobsToReplica(), positionsToReplica()]);
      },
    });
    await expect(store.advance(step)).rejects.toThrow('the jobs of process notices are not where it stands');
    expect(await store.position('notices')).toBe(5);
    await store.advance(step);
    await isWholeAt(pair.replica.port);
  });
});
