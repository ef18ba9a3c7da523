import { createHmac } from 'node:crypto';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible';
import type { Rate, RateLimits } from '../../application/ports/rate-limits.js';
import type { Instant } from '../../domain/kernel/time.js';
import { openDatabase } from '../sqlite/open-database.js';

const TABLE = 'rate_limits';

/** Budgets in a SQLite file of their own, so that restarting the service gives nobody a fresh one. */
export class SqliteRateLimits implements RateLimits {
  private readonly limiters = new Map<string, RateLimiterSQLite>();

  private constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly key: Uint8Array,
  ) {}

  /** @param key for hashing names, which may be personal */
  static open(file: string, key: Uint8Array): SqliteRateLimits {
    const database = openDatabase(file, {
      version: 1,
      synchronous: 'NORMAL',
      // The library's own table; it is made here so that it has made none of its own by the time it is asked.
      schema: `create table ${TABLE} (key text primary key, points integer not null default 0, expire integer)`,
    });
    database.prepare(`delete from ${TABLE} where expire < ?`).run(Date.now());
    return new SqliteRateLimits(database, key);
  }

  async spend(rate: Rate, key: string): Promise<Instant | null> {
    const name = createHmac('sha256', this.key).update(key).digest('base64url');
    try {
      await this.limiterOf(rate).consume(name);
      return null;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Date.now() + error.msBeforeNext;
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }

  private limiterOf(rate: Rate): RateLimiterSQLite {
    const known = this.limiters.get(rate.name);
    if (known !== undefined) return known;
    const limiter = new RateLimiterSQLite({
      storeClient: asLibraryExpects(this.database),
      storeType: 'better-sqlite3',
      tableName: TABLE,
      tableCreated: true,
      keyPrefix: rate.name,
      points: rate.times,
      duration: rate.per / 1_000,
      clearExpiredByTimeout: false,
    });
    this.limiters.set(rate.name, limiter);
    return limiter;
  }
}

/** The two methods that the library calls, of which our driver has the first. */
function asLibraryExpects(database: DatabaseSyncInstance): object {
  return {
    prepare: (sql: string) => database.prepare(sql),
    transaction:
      <Result>(work: () => Result) =>
      (): Result => {
        database.exec('begin immediate');
        try {
          const result = work();
          database.exec('commit');
          return result;
        } catch (error) {
          database.exec('rollback');
          throw error;
        }
      },
  };
}
