import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Instant } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';

/** Expired rows that one write takes along: more than it adds, so that a backlog shrinks, and too few to be felt. */
const SWEPT_AT_ONCE = 256;
const BETWEEN_SWEEPS = SECOND;

export interface ExpiringTable {
  readonly table: string;
  readonly key: string;
  /** The column with the time in ms since the Unix epoch from which on a row counts for nothing; it has an index. */
  readonly expiry: string;
}

/** Removes rows that have expired along with later writes, so that no timer is needed and no file grows for ever. */
export class ExpiredRows {
  readonly #deletions;
  #nextSweep: Instant = 0;

  constructor(database: DatabaseSyncInstance, tables: readonly ExpiringTable[]) {
    this.#deletions = tables.map(({ table, key, expiry }) =>
      database.prepare(
        `delete from ${table} where ${key} in
         (select ${key} from ${table} where ${expiry} <= ? limit ${SWEPT_AT_ONCE})`,
      ),
    );
  }

  /** For each write to call: looks once a second, or every time while there is more than one write removes. */
  sweep(now: Instant): void {
    if (now < this.#nextSweep) return;
    const swept = Math.max(...this.#deletions.map((deletion) => deletion.run(now).changes));
    if (swept < SWEPT_AT_ONCE) this.#nextSweep = now + BETWEEN_SWEEPS;
  }
}
