import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { openDatabase } from '../../sqlite/open-database.js';

export type CheckpointDatabase = DatabaseSyncInstance;

/** Opens the file of the logs' keys, sealed, and of every checkpoint that they signed. */
export function openCheckpointDatabase(file: string): CheckpointDatabase {
  return openDatabase(file, {
    version: 1,
    synchronous: 'FULL',
    schema: `
      create table log_keys (
        rp text primary key,
        origin text not null,
        sealed blob not null,
        created_at integer not null
      ) strict;
      create table checkpoints (
        rp text not null,
        tree_size integer not null,
        root_hash blob not null,
        note text not null,
        signed_at integer not null,
        primary key (rp, tree_size)
      ) strict
    `,
  });
}
