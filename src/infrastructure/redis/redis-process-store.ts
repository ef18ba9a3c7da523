import { SerialQueue } from '../../application/accounts/serial-queue.js';
import type { Position } from '../../application/ports/event-store.js';
import type { JobQueue, JobRequest } from '../../application/ports/jobs.js';
import type { ProcessAdvance, ProcessStore } from '../../application/ports/process-store.js';
import type { RedisConnection } from './redis-connection.js';
import { Script } from './redis-connection.js';

/** Keys: positions, each job. Arguments: process, from, to. */
const MOVE = new Script(`
  if (redis.call('hget', KEYS[1], ARGV[1]) or '0') ~= ARGV[2] then return 0 end
  for index = 2, #KEYS do
    if redis.call('exists', KEYS[index]) == 0 then return -1 end
  end
  redis.call('hset', KEYS[1], ARGV[1], ARGV[3])
  return 1
`);

/** Where jobs go, and under which keys of its Redis they are then found for longer than a step takes. */
export interface EnqueuedJobs extends Pick<JobQueue, 'enqueue'> {
  keysOf(jobs: readonly JobRequest[]): readonly string[];
}

/**
 * Where processes stand, in the Redis that keeps their jobs: what loses the jobs loses this as well, and the processes read the
 * events again, which makes the jobs again. Elsewhere a position would outlive the jobs before it. The jobs may have come by another
 * connection, or by this one before it was made anew, to a server that is the primary no more: a process is moved only by a
 * server that has the jobs.
 */
export class RedisProcessStore implements ProcessStore {
  private readonly positions: string;
  private readonly steps = new SerialQueue();

  constructor(
    private readonly redis: RedisConnection,
    private readonly queue: EnqueuedJobs,
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
      const keys = [this.positions, ...this.queue.keysOf(jobs)];
      const moved = await this.redis.run(MOVE, keys, [process, from, to]);
      if (moved === 0) throw new Error(elsewhere);
      if (moved !== 1) throw new Error(`the jobs of process ${process} are not where it stands`);
    });
  }
}
