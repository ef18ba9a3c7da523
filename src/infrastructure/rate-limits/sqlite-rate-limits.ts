import { createHmac } from 'node:crypto';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Rate, RateLimits } from '../../application/ports/rate-limits.js';
import type { Instant } from '../../domain/kernel/time.js';
import { openDatabase } from '../sqlite/open-database.js';

/** Budgets in a SQLite file of their own, so that restarting the service gives nobody a fresh one. */
export class SqliteRateLimits implements RateLimits {
  private readonly count;

  private constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly key: Uint8Array,
    private readonly clock: () => Instant,
  ) {
    this.count = database.prepare(
      `insert into rate_limits (key, points, expire) values (?1, 1, ?2)
       on conflict (key) do update set
         points = case when expire <= ?3 then 1 else points + 1 end,
         expire = case when expire <= ?3 then excluded.expire else expire end
       returning points, expire`,
    );
  }

  /**
   * @param key for hashing names, which may be personal
   * @param clock the time of day in ms since the Unix epoch
   */
  static open(file: string, key: Uint8Array, clock: () => Instant): SqliteRateLimits {
    const database = openDatabase(file, {
      version: 1,
      synchronous: 'NORMAL',
      schema:
        'create table rate_limits (key text primary key, points integer not null default 0, expire integer)',
    });
    database.prepare('delete from rate_limits where expire < ?').run(clock());
    return new SqliteRateLimits(database, key, clock);
  }

  spend({ name, per, times }: Rate, key: string): Promise<Instant | null> {
    const hash = createHmac('sha256', this.key).update(key).digest('base64url');
    return new Promise((resolve) => {
      const now = this.clock();
      const counted = this.count.get(`${name}:${hash}`, now + per, now) as {
        points: number;
        expire: Instant;
      };
      resolve(counted.points > times ? counted.expire : null);
    });
  }

  close(): void {
    this.database.close();
  }
}
