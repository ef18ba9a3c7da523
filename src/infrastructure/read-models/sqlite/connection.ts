import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../sqlite/open-database.js';
import { LAYOUT } from './layout.js';
import { isBusy } from './sqlite-errors.js';

/** In ms: a transaction that can't begin yet is tried again after so long, and given up after so long. */
const RETRY_AFTER = 5;
const GIVE_UP_AFTER = 30_000;

/** In ms: how long SQLite itself may wait for another process, with the event loop waiting too. */
const BUSY_TIMEOUT = 1;

/** The database of the read models, and the statements prepared on it. */
export class ReadModelsConnection {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();

  /** @throws where another release has laid out the file */
  constructor(readonly file: string) {
    this.database = openDatabase(file, LAYOUT);
    this.database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  }

  /** Prepared once for each text. For texts of one generation or one time see `prepare`. */
  statement(sql: string): StatementSyncInstance {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const prepared = this.prepare(sql);
    this.statements.set(sql, prepared);
    return prepared;
  }

  prepare(sql: string): StatementSyncInstance {
    return this.database.prepare(sql);
  }

  execute(sql: string): void {
    this.database.exec(sql);
  }

  /** What `work` does, in one turn of the event loop and one transaction: nothing of it where it throws. */
  async write<Result>(work: () => Result): Promise<Result> {
    const deadline = performance.now() + GIVE_UP_AFTER;
    while (!this.begins(deadline)) await delay(RETRY_AFTER);
    try {
      return this.commit(work());
    } catch (error) {
      throw this.rolledBack(error);
    }
  }

  /** The same over many turns. For a connection that nobody else uses meanwhile. */
  async writeOverTurns<Result>(work: () => Promise<Result>): Promise<Result> {
    const deadline = performance.now() + GIVE_UP_AFTER;
    while (!this.begins(deadline)) await delay(RETRY_AFTER);
    try {
      return this.commit(await work());
    } catch (error) {
      throw this.rolledBack(error);
    }
  }

  /** For millions of rows: in runs that fit the processor's cache, by two threads, which takes half as long as in memory. */
  sortOnDisk(): void {
    this.execute('PRAGMA temp_store = file; PRAGMA threads = 2');
  }

  close(): void {
    this.database.close();
  }

  /** False while another process is writing. */
  private begins(deadline: number): boolean {
    try {
      this.statement('BEGIN IMMEDIATE').run();
      return true;
    } catch (error) {
      if (isBusy(error) && performance.now() < deadline) return false;
      throw error;
    }
  }

  private commit<Result>(result: Result): Result {
    this.statement('COMMIT').run();
    return result;
  }

  private rolledBack(error: unknown): unknown {
    // A full disk, for one, has rolled it back already.
    if (this.database.isTransaction) this.statement('ROLLBACK').run();
    return error;
  }
}
