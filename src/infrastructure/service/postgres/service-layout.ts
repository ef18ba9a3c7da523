import type { Layout } from '../../postgres/migrations.js';

/** What the service itself owns, in a schema of its own: times are milliseconds since the epoch, as everywhere in it. */
export const SERVICE_LAYOUT: Layout = {
  schema: 'service',
  migrations: [
    `create table service.api_keys (
       hash       text collate "C" primary key,
       key_id     text collate "C" not null unique,
       rp         text   not null,
       scopes     text   not null,
       label      text   not null,
       created_at bigint not null,
       revoked_at bigint
     );
     create table service.signing_keys (
       kid        text collate "C" primary key,
       sealed     bytea  not null,
       created_at bigint not null
     );
     create table service.log_keys (
       rp         text collate "C" primary key,
       origin     text   not null,
       sealed     bytea  not null,
       created_at bigint not null
     );
     create table service.checkpoints (
       rp         text collate "C" not null,
       tree_size  bigint not null,
       root_hash  bytea  not null,
       note       text   not null,
       signed_at  bigint not null,
       primary key (rp, tree_size)
     );
     create table service.facts (
       name  text collate "C" primary key,
       value text not null
     )`,
    `create table service.event_signing_keys (
       kid        text collate "C" primary key,
       sealed     bytea  not null,
       created_at bigint not null
     )`,
    `create table service.gone_receivers (
       rp    text collate "C" not null,
       takes text collate "C" not null,
       url   text   not null,
       since bigint not null,
       primary key (rp, takes)
     )`,
  ],
};
