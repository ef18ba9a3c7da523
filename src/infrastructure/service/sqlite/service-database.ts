import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { openDatabase } from '../../sqlite/open-database.js';

export type ServiceDatabase = DatabaseSyncInstance;

/** What the service itself owns: callers' keys as hashes, its signing keys sealed, and what kind of folder this is. */
export function openServiceDatabase(file: string): ServiceDatabase {
  const database = openDatabase(file, {
    version: 1,
    synchronous: 'FULL',
    forgets: true,
    schema: `
      create table api_keys (
        hash text primary key,
        key_id text not null unique,
        rp text not null,
        scopes text not null,
        label text not null,
        created_at integer not null,
        revoked_at integer
      ) strict;
      create table signing_keys (
        kid text primary key,
        sealed blob not null,
        created_at integer not null
      ) strict;
      create table facts (name text primary key, value text not null) strict;
    `,
  });
  // A file of an earlier release lacks them.
  database.exec(`
    create table if not exists event_signing_keys (
      kid text primary key,
      sealed blob not null,
      created_at integer not null
    ) strict;
    create table if not exists gone_receivers (
      rp text not null,
      takes text not null,
      url text not null,
      since integer not null,
      primary key (rp, takes)
    ) strict
  `);
  return database;
}
