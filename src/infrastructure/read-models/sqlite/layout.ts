import type { DatabaseLayout } from '../../sqlite/open-database.js';

/**
 * What the file holds besides the projections' own tables. Numbers are never given twice, so that a rebuild that was
 * replaced can't take another's tables for its own. No projection can have a table of these names.
 */
export const LAYOUT: DatabaseLayout = {
  version: 1,
  // A power cut may take the last commits: rows go with their checkpoint, and come again from the events.
  synchronous: 'NORMAL',
  schema: `
    create table if not exists "@generations" (
      "number" integer primary key autoincrement,
      "projection" text not null,
      "version" integer not null,
      "position" integer not null,
      "state" text not null check ("state" in ('building', 'live', 'retired')),
      "tables" text not null
    ) strict;
    create unique index if not exists "@live" on "@generations" ("projection") where "state" = 'live'`,
};
