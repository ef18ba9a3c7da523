import type { Layout } from '../../postgres/migrations.js';

/**
 * What the schema holds besides the projections' own tables, whose names begin otherwise. Numbers are never given twice, so
 * that a rebuild that was replaced can't take another's tables for its own.
 */
export const READ_MODELS_LAYOUT: Layout = {
  schema: 'read_models',
  migrations: [
    `create table read_models."@generations" (
       number     bigint  generated always as identity primary key,
       projection text    not null,
       version    integer not null,
       position   bigint  not null,
       state      text    not null check (state in ('building', 'live', 'retired')),
       tables     text[]  not null
     );
     create unique index "@live" on read_models."@generations" (projection) where state = 'live'`,
  ],
};
