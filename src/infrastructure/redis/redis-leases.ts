import type { Leases } from '../../application/ports/leases.js';
import type { Duration } from '../../domain/kernel/time.js';
import type { RedisConnection } from './redis-connection.js';
import { Script } from './redis-connection.js';

/** Keys: lease, the last token. Arguments: owner, lifetime, above. */
const ACQUIRE = new Script(`
  local owner = redis.call('hget', KEYS[1], 'owner')
  if owner and owner ~= ARGV[1] then return false end
  if not owner then
    local last = math.max(tonumber(redis.call('get', KEYS[2]) or '0'), tonumber(ARGV[3]))
    redis.call('set', KEYS[2], string.format('%.0f', last + 1))
    redis.call('hset', KEYS[1], 'owner', ARGV[1], 'token', string.format('%.0f', last + 1))
  end
  redis.call('pexpire', KEYS[1], ARGV[2])
  return redis.call('hget', KEYS[1], 'token')
`);

/** Keys: lease. Arguments: owner, lifetime. */
const RENEW = new Script(`
  if redis.call('hget', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
  return redis.call('pexpire', KEYS[1], ARGV[2])
`);

/** Keys: lease. Arguments: owner. */
const RELEASE = new Script(`
  if redis.call('hget', KEYS[1], 'owner') == ARGV[1] then return redis.call('del', KEYS[1]) end
  return 0
`);

/**
 * Leases that end by Redis' clock. Redis may forget them: tokens go on from what the holders recorded. A lease ends with the connection
 * as well: a replica that took the primary's place may know the holder, and lack what the holder wrote since, which is found only
 * by who begins anew.
 */
export class RedisLeases implements Leases {
  /** By lease and owner: the connection it was acquired on, of those that were made. */
  private readonly acquiredOn = new Map<string, number>();

  constructor(private readonly redis: RedisConnection) {}

  async acquire(name: string, owner: string, lifetime: Duration, above: number): Promise<number | undefined> {
    const keys = [this.lease(name), this.redis.key('lease-token', name)];
    const { made } = this.redis;
    const token = (await this.redis.run(ACQUIRE, keys, [owner, lifetime, above])) as Buffer | null;
    if (token === null) return undefined;
    this.acquiredOn.set(heldBy(name, owner), made);
    return Number(token.toString());
  }

  async renew(name: string, owner: string, lifetime: Duration): Promise<boolean> {
    const renewed = (await this.redis.run(RENEW, [this.lease(name)], [owner, lifetime])) === 1;
    return renewed && this.acquiredOn.get(heldBy(name, owner)) === this.redis.made;
  }

  async release(name: string, owner: string): Promise<void> {
    this.acquiredOn.delete(heldBy(name, owner));
    await this.redis.run(RELEASE, [this.lease(name)], [owner]);
  }

  private lease(name: string): string {
    return this.redis.key('lease', name);
  }
}

function heldBy(name: string, owner: string): string {
  return `${name} ${owner}`;
}
