import { createHmac } from 'node:crypto';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Rate, RateLimits } from '../../application/ports/rate-limits.js';
import type { Instant } from '../../domain/kernel/time.js';
import { ExpiredRows } from '../sqlite/expired-rows.js';
import { openDatabase } from '../sqlite/open-database.js';

/** Budgets in a SQLite file of their own, so that restarting the service gives nobody a fresh one. */
export class SqliteRateLimits implements RateLimits {
  private readonly count;
  private readonly find;
  private readonly expired: ExpiredRows;

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
    this.find = database.prepare('select points, expire from rate_limits where key = ? and expire > ?');
    this.expired = new ExpiredRows(database, [{ table: 'rate_limits', key: 'key', expiry: 'expire' }]);
  }

  /**
   * @param key for hashing names, which may be personal
   * @param clock the time of day in ms since the Unix epoch
   */
  static open(file: string, key: Uint8Array, clock: () => Instant): SqliteRateLimits {
    const database = openDatabase(file, {
      version: 1,
      synchronous: 'NORMAL',
      forgets: true,
      schema:
        'create table rate_limits (key text primary key, points integer not null default 0, expire integer)',
    });
    // Beside the layout, so that files made before there was an index go on being read.
    database.exec('create index if not exists rate_limits_by_expiry on rate_limits (expire)');
    return new SqliteRateLimits(database, key, clock);
  }

  spend(rate: Rate, key: string): Promise<Instant | null> {
    return new Promise((resolve) => {
      const now = this.clock();
      this.expired.sweep(now);
      const counted = this.count.get(this.nameOf(rate, key), now + rate.per, now) as Counted;
      resolve(counted.points > rate.times ? counted.expire : null);
    });
  }

  spent(rate: Rate, key: string): Promise<Instant | null> {
    return new Promise((resolve) => {
      const counted = this.find.get(this.nameOf(rate, key), this.clock()) as Counted | undefined;
      resolve(counted !== undefined && counted.points >= rate.times ? counted.expire : null);
    });
  }

  close(): void {
    this.database.close();
  }

  private nameOf({ name }: Rate, key: string): string {
    return `${name}:${createHmac('sha256', this.key).update(key).digest('base64url')}`;
  }
}

interface Counted {
  readonly points: number;
  readonly expire: Instant;
}
