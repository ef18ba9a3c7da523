import { SerialQueue } from '../../application/accounts/serial-queue.js';
import type { Position } from '../../application/ports/event-store.js';
import type { JobQueue } from '../../application/ports/jobs.js';
import type { ProcessAdvance, ProcessStore } from '../../application/ports/process-store.js';
import type { RedisConnection } from './redis-connection.js';
import { Script } from './redis-connection.js';

/** Keys: positions. Arguments: process, from, to. */
const MOVE = new Script(`
  if (redis.call('hget', KEYS[1], ARGV[1]) or '0') ~= ARGV[2] then return 0 end
  redis.call('hset', KEYS[1], ARGV[1], ARGV[3])
  return 1
`);

/**
 * Where processes stand, in the Redis that keeps their jobs: what loses the jobs loses this as well, and the processes read the
 * events again, which makes the jobs again. Elsewhere a position would outlive the jobs before it.
 */
export class RedisProcessStore implements ProcessStore {
  private readonly positions: string;
  private readonly steps = new SerialQueue();

  constructor(
    private readonly redis: RedisConnection,
    private readonly queue: Pick<JobQueue, 'enqueue'>,
  ) {
    this.positions = redis.key('processes', 'positions');
  }

  async position(process: string): Promise<Position> {
    const position = (await this.redis.command('HGET', this.positions, process)) as Buffer | null;
    return position === null ? 0 : Number(position.toString());
  }

  /** One step of a process after the other. Another mover's jobs would have the same ids, for they are made of the same events. */
  advance({ from, jobs, process, to }: ProcessAdvance): Promise<void> {
    return this.steps.run(process, async () => {
      const elsewhere = `process ${process} doesn't stand at ${from}: another one moves it`;
      if ((await this.position(process)) !== from) throw new Error(elsewhere);
      await this.queue.enqueue(jobs);
      if ((await this.redis.run(MOVE, [this.positions], [process, from, to])) !== 1)
        throw new Error(elsewhere);
    });
  }
}
