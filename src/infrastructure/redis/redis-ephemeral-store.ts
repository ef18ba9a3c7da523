import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RedisConnection } from './redis-connection.js';
import { DELETE, DELETE_NAMED, GET, NAMED, PUT, TAKE } from './redis-ephemeral-scripts.js';

const READ_AT_ONCE = 256;

/**
 * The ephemeral store that several processes share. What has expired by the caller's clock is invisible at once; Redis removes it
 * by its own. It is as durable as the server's append-only file: what a flush or a lost file takes along is gone, entries and
 * what was taken alike, so that whatever must not happen twice is decided elsewhere.
 *
 * Keys of entries stand in an index in the order of their bytes, from which those of a prefix are read; it is swept of a few that
 * have expired with each write.
 */
export class RedisEphemeralStore implements EphemeralStore {
  private readonly names: string;
  private readonly expiries: string;

  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: () => Instant,
  ) {
    this.names = redis.key('ephemeral', 'names');
    this.expiries = redis.key('ephemeral', 'expiries');
  }

  async put(key: string, value: Uint8Array, expiresAt: Instant): Promise<void> {
    await this.redis.run(PUT, this.keysOf(key), [key, value, expiresAt, this.clock()]);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const found = await this.redis.run(GET, [this.entry(key)], [this.clock()]);
    return found === null ? undefined : bytesOf(found);
  }

  async delete(key: string): Promise<void> {
    await this.redis.run(DELETE, this.keysOf(key), [key]);
  }

  async deletePrefix(prefix: string): Promise<void> {
    const [from, to] = rangeOf(prefix);
    const args = [from, to, this.entry(''), READ_AT_ONCE];
    while (Number(await this.redis.run(DELETE_NAMED, [this.names, this.expiries], args)) === READ_AT_ONCE);
  }

  async *entriesNamed(
    prefix: string,
  ): AsyncGenerator<{ readonly key: string; readonly value: Uint8Array }, void, undefined> {
    const [first, to] = rangeOf(prefix);
    let from = first;
    for (;;) {
      const args = [from, to, this.entry(''), READ_AT_ONCE];
      const page = (await this.redis.run(NAMED, [this.names], args)) as readonly Buffer[];
      for (let index = 0; index < page.length; index += 2) {
        const key = page[index]?.toString() ?? '';
        const value = page[index + 1];
        from = Buffer.from(`(${key}`);
        // Redis let go of it, and the index has not been swept yet.
        if (value !== undefined && value.length > 0)
          yield { key, value: bytesOf(value.subarray(EXPIRY_DIGITS)) };
      }
      if (page.length < 2 * READ_AT_ONCE) return;
    }
  }

  /** False also where the expiry has passed: a hold that ends at once would let two owners have it. */
  async take(key: string, owner: string, expiresAt: Instant): Promise<boolean> {
    const args = [owner, expiresAt, this.clock()];
    return (await this.redis.run(TAKE, [this.redis.key('taken', key)], args)) === 1;
  }

  private entry(key: string): string {
    return this.redis.key('entry', key);
  }

  private keysOf(key: string): readonly string[] {
    return [this.entry(key), this.names, this.expiries];
  }
}

/** Before the value stands its expiry. */
const EXPIRY_DIGITS = 16;

/** No UTF-8 has a byte 0xff: the range holds every key that begins so. */
function rangeOf(prefix: string): readonly [from: Uint8Array, to: Uint8Array] {
  const bytes = Buffer.from(prefix);
  return [
    Buffer.concat([Buffer.from('['), bytes]),
    Buffer.concat([Buffer.from('('), bytes, Uint8Array.of(0xff)]),
  ];
}

function bytesOf(reply: unknown): Uint8Array {
  return new Uint8Array(reply as Buffer);
}
