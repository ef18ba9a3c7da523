import { createHmac } from 'node:crypto';
import type { Rate, RateLimits } from '../../application/ports/rate-limits.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RedisConnection } from './redis-connection.js';
import { Script } from './redis-connection.js';

/** A window is how often it was asked for and when it ends. Keys: window. Arguments: now, how long a window lasts. */
const SPEND = new Script(`
  local now = tonumber(ARGV[1])
  local points, ends = unpack(redis.call('hmget', KEYS[1], 'points', 'ends'))
  if not ends or tonumber(ends) <= now then
    ends = string.format('%.0f', now + tonumber(ARGV[2]))
    redis.call('hset', KEYS[1], 'points', 1, 'ends', ends)
    redis.call('pexpire', KEYS[1], ARGV[2])
    return {1, ends}
  end
  return {redis.call('hincrby', KEYS[1], 'points', 1), ends}
`);

/** Budgets that several processes share. A flush gives everybody a fresh one: what must never be exceeded is on the streams. */
export class RedisRateLimits implements RateLimits {
  /**
   * @param key for hashing names, which may be personal
   * @param clock the time of day in ms since the Unix epoch
   */
  constructor(
    private readonly redis: RedisConnection,
    private readonly key: Uint8Array,
    private readonly clock: () => Instant,
  ) {}

  async spend(rate: Rate, key: string): Promise<Instant | null> {
    const window = await this.redis.run(SPEND, [this.nameOf(rate, key)], [this.clock(), rate.per]);
    const [points, ends] = window as readonly [number, Buffer];
    return points > rate.times ? Number(ends.toString()) : null;
  }

  async spent(rate: Rate, key: string): Promise<Instant | null> {
    const window = await this.redis.command('HMGET', this.nameOf(rate, key), 'points', 'ends');
    const [points, ends] = (window as readonly (Buffer | null)[]).map((field) =>
      Number(field?.toString() ?? 0),
    );
    return points !== undefined && points >= rate.times && ends !== undefined && ends > this.clock()
      ? ends
      : null;
  }

  private nameOf({ name }: Rate, key: string): string {
    return this.redis.key(
      'rate',
      `${name}:${createHmac('sha256', this.key).update(key).digest('base64url')}`,
    );
  }
}
