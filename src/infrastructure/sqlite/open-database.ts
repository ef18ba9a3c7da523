import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';

export interface DatabaseLayout {
  /** Statements that make the tables of this version in an empty file. */
  readonly schema: string;
  /** From 1; raised whenever the tables change. Stands in the file as `user_version`. */
  readonly version: number;
  /** `FULL`: what was committed survives a power cut. `NORMAL`: the latest commits may be lost, the file stays whole. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** What is deleted or overwritten is zeroed in its page, not just unlinked from it: where deleting has to be for good. */
  readonly forgets?: true;
}

/** Longer than any checkpoint or backup of another connection holds a lock, in ms. */
const BUSY_TIMEOUT = 2_000;
/** In KiB. A commit that split a page walks the whole cache, so that a larger one costs more than the reads it saves. */
const PAGE_CACHE = 4_096;
/** In pages of 4 KiB. Index pages that were written again since the last checkpoint are copied into the file once. */
const PAGES_BETWEEN_CHECKPOINTS = 4_000;
/** In bytes: a log that a long reader let grow is cut back to this. */
const LOG_SIZE_LIMIT = 64 * 1024 * 1024;

/**
 * Opens a file in write-ahead logging, and makes its tables if it is new.
 * @throws where the file has another layout version, or lies where write-ahead logging doesn't work
 */
export function openDatabase(file: string, layout: DatabaseLayout): DatabaseSyncInstance {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  try {
    const { journal_mode: journal } = database.prepare('pragma journal_mode = wal').get() as {
      journal_mode: string;
    };
    if (journal !== 'wal') throw new Error(`${file} can't be write-ahead logged (journal mode ${journal})`);
    database.exec(`
      pragma synchronous = ${layout.synchronous};
      ${layout.forgets === true ? 'pragma secure_delete = on;' : ''}
      pragma cache_size = -${PAGE_CACHE};
      pragma temp_store = memory; -- or the statement journal of a larger transaction is a file, made and deleted each time
      pragma wal_autocheckpoint = ${PAGES_BETWEEN_CHECKPOINTS};
      pragma journal_size_limit = ${LOG_SIZE_LIMIT};
    `);
    layOut(database, file, layout);
    return database;
  } catch (failure) {
    database.close();
    throw failure;
  }
}

function layOut(database: DatabaseSyncInstance, file: string, { schema, version }: DatabaseLayout): void {
  const { user_version: found } = database.prepare('pragma user_version').get() as { user_version: number };
  if (found === version) return;
  if (found !== 0) throw new Error(`${file} has layout version ${found}; this release reads ${version}`);
  database.exec(`begin immediate; ${schema}; pragma user_version = ${version}; commit`);
}
