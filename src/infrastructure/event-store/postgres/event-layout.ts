import type { Layout } from '../../postgres/migrations.js';

/** Told after every commit that added events; the payload is the position of the last one. */
export const RECORDED = 'latchkey_recorded';

/**
 * The log, and one row that says how far it goes. Every append locks that row first and commits before it lets go of it, so
 * that positions are given, committed and seen in one order, whoever writes.
 *
 * `append` carries a group of appends out, in order, each on what those before it left; a refused one writes nothing and
 * harms no neighbour. All of them are one statement and one transaction, so that the lock is never held across a network.
 * The bodies come as one value, one after the other. The rules of idempotency are those of EventStoreDB 23.10.
 */
export const EVENT_LAYOUT: Layout = {
  schema: 'events',
  migrations: [
    `
    create table events.head (position bigint not null);
    create unique index only_one on events.head ((true));
    insert into events.head values (0);

    create table events.recorded (
      position bigint primary key,
      stream   text collate "C" not null,
      revision bigint not null,
      event_id uuid   not null unique,
      type     text   not null,
      body     bytea  not null,
      unique (stream, revision)
    );

    create function events.append(
      streams text[], expectations bigint[], counts int[],
      ids uuid[], types text[], sizes int[], bodies bytea
    ) returns table (outcome text, last_revision bigint, last_position bigint, reused_id uuid)
    language plpgsql as $append$
    declare
      log_before bigint;
      log_end    bigint;
      first      int := 1;
      byte_at    int := 1;
      there      bigint;
      expected   bigint;
      mine       uuid[];
      found_ids  uuid[];
      n          int;
      i          int;
    begin
      select h.position into strict log_before from events.head h for update;
      log_end := log_before;
      for n in 1 .. cardinality(streams) loop
        expected := expectations[n];
        mine := ids[first : first + counts[n] - 1];
        last_revision := null;
        last_position := null;
        reused_id := null;
        select coalesce(max(r.revision), -1) into there from events.recorded r where r.stream = streams[n];
        if there <> expected then
          select array_agg(r.event_id order by r.revision), max(r.revision), max(r.position)
            into found_ids, last_revision, last_position
            from (
              select * from events.recorded r
              where r.stream = streams[n] and r.revision > expected
              order by r.revision limit counts[n]
            ) r;
          if found_ids = mine then
            outcome := 'already there';
          elsif found_ids[1] = mine[1] then
            outcome := 'id reused';
            reused_id := mine[1];
          else
            outcome := 'wrong revision';
            last_revision := there;
          end if;
        else
          select r.event_id into reused_id from events.recorded r
            where r.event_id = any (mine) order by array_position(mine, r.event_id) limit 1;
          if reused_id is not null then
            outcome := 'id reused';
          else
            outcome := 'written';
            for i in 1 .. counts[n] loop
              insert into events.recorded values (
                log_end + i, streams[n], expected + i, mine[i], types[first + i - 1],
                substring(bodies from byte_at for sizes[first + i - 1])
              );
              byte_at := byte_at + sizes[first + i - 1];
            end loop;
            log_end := log_end + counts[n];
            last_revision := expected + counts[n];
            last_position := log_end;
          end if;
        end if;
        if outcome <> 'written' then
          for i in first .. first + counts[n] - 1 loop
            byte_at := byte_at + sizes[i];
          end loop;
        end if;
        first := first + counts[n];
        return next;
      end loop;
      if log_end > log_before then
        update events.head h set position = log_end;
        perform pg_notify('${RECORDED}', log_end::text);
      end if;
    end
    $append$;
    `,
  ],
};
