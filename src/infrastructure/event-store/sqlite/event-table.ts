import type { DatabaseLayout } from '../../sqlite/open-database.js';

/**
 * The log. Positions are given in commit order by the one writer. The unique constraints and the primary key are the last
 * line: appends are checked before they write, so that only a second writer on the same file could ever hit them.
 */
export const EVENT_TABLE: DatabaseLayout = {
  version: 1,
  synchronous: 'FULL',
  schema: `
    create table events (
      position integer primary key,
      stream   text    not null,
      revision integer not null,
      event_id text    not null,
      type     text    not null,
      body     blob    not null,
      unique (stream, revision),
      unique (event_id)
    ) strict
  `,
};
