// A worker in a process of its own: begins each job, says so, and never finishes one. It is there to be killed.
import { BullmqJobQueue } from '../../dist/infrastructure/jobs/bullmq/bullmq-job-queue.js';
import { RedisConnection } from '../../dist/infrastructure/redis/redis-connection.js';

const [url, prefix, lock, stalledCheck] = process.argv.slice(2);
const log = { info: () => undefined, error: () => undefined };
const redis = await RedisConnection.open({ url, prefix: `${prefix}:` }, log);
const times = { lock: Number(lock), stalledCheck: Number(stalledCheck) };
const queue = await BullmqJobQueue.open(redis, Date.now, log, prefix, times);
await queue.work((job) => {
  process.stdout.write(`${job.id}\n`);
  return new Promise(() => undefined);
});
