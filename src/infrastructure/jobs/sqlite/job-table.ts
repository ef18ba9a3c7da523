import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { DeadJob, Job, JobPayload, JobRequest } from '../../../application/ports/jobs.js';
import type { Instant } from '../../../domain/kernel/time.js';
import type { DatabaseLayout } from '../../sqlite/open-database.js';

/**
 * A job stays when it is done, for a while, so that its id is known. `attempts` are those begun: it is raised before the
 * work, so that a job which takes the process down with it is given up in the end.
 */
export const LAYOUT: DatabaseLayout = {
  version: 1,
  synchronous: 'FULL',
  schema: `
    create table jobs (
      id         text    not null primary key,
      kind       text    not null,
      payload    text    not null,
      state      text    not null check (state in ('waiting', 'running', 'done', 'dead')),
      run_at     integer not null,
      attempts   integer not null,
      settled_at integer,
      failure    text
    ) strict, without rowid;
    create index jobs_by_time on jobs (state, run_at);
    create index jobs_by_end on jobs (state, settled_at);
    create table checkpoints (
      process  text    not null primary key,
      position integer not null
    ) strict, without rowid
  `,
};

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly attempts: number;
}

interface DeadJobRow extends JobRow {
  readonly settled_at: number;
  readonly failure: string;
}

export function jobOf(row: unknown): Job {
  const { attempts, id, kind, payload } = row as JobRow;
  return { id, kind, payload: JSON.parse(payload) as JobPayload, attempt: attempts };
}

export function requestOf(row: unknown): JobRequest {
  const { id, kind, payload, runAt } = row as Omit<JobRow, 'attempts'> & { readonly runAt: Instant };
  return { id, kind, payload: JSON.parse(payload) as JobPayload, runAt };
}

export function deadJobOf(row: unknown): DeadJob {
  const { attempts, failure, id, kind, payload, settled_at: diedAt } = row as DeadJobRow;
  return {
    id,
    kind,
    payload: JSON.parse(payload) as JobPayload,
    attempts,
    diedAt,
    failure: JSON.parse(failure) as DeadJob['failure'],
  };
}

/** The statements on the jobs, prepared once. */
export function jobStatements(database: DatabaseSyncInstance) {
  return {
    add: database.prepare(
      `insert into jobs (id, kind, payload, state, run_at, attempts) values (?, ?, ?, 'waiting', ?, 0)
       on conflict (id) do nothing`,
    ),
    keepDead: database.prepare(
      `insert into jobs (id, kind, payload, state, run_at, attempts, settled_at, failure)
       values (?, ?, ?, 'dead', ?, ?, ?, ?) on conflict (id) do nothing`,
    ),
    due: database.prepare(
      `select id, kind, payload, attempts + 1 as attempts from jobs
       where state = 'waiting' and run_at <= ? order by run_at, id limit ?`,
    ),
    begin: database.prepare(`update jobs set state = 'running', attempts = attempts + 1 where id = ?`),
    postpone: database.prepare(`update jobs set state = 'waiting', run_at = ?, attempts = ? where id = ?`),
    end: database.prepare('update jobs set state = ?, settled_at = ?, failure = ? where id = ?'),
    running: database.prepare(`select id, kind, payload, attempts from jobs where state = 'running'`),
    revive: database.prepare(
      `update jobs set state = 'waiting', run_at = ?, attempts = 0, settled_at = null, failure = null
       where id = ? and state = 'dead'`,
    ),
    nextRun: database.prepare(`select min(run_at) as at from jobs where state = 'waiting'`),
    counts: database.prepare(
      `select state, state = 'waiting' and run_at <= ? as due, count(*) as jobs from jobs
       where state <> 'done' group by 1, 2`,
    ),
    dead: database.prepare(
      `select id, kind, payload, attempts, settled_at, failure from jobs
       where state = 'dead' order by settled_at desc, id limit ?`,
    ),
    discard: database.prepare(
      `delete from jobs where state in ('waiting', 'dead') and kind <> ?
       and (payload ->> 'subject' = ? or payload ->> 'stream' = ?)`,
    ),
    outstanding: database.prepare(
      `select id, kind, payload, run_at as runAt from jobs
       where id > ? and state in ('waiting', 'running') order by id limit ?`,
    ),
    givenUp: database.prepare(
      `select id, kind, payload, attempts, settled_at, failure from jobs
       where id > ? and state = 'dead' order by id limit ?`,
    ),
    forget: database.prepare(
      `delete from jobs where id in (select id from jobs where state = 'done' and settled_at <= ? limit ?)`,
    ),
  };
}

/** The statements on the checkpoints, prepared once. */
export function checkpointStatements(database: DatabaseSyncInstance) {
  return {
    position: database.prepare('select position from checkpoints where process = ?'),
    positions: database.prepare('select process, position from checkpoints order by process'),
    move: database.prepare(
      `insert into checkpoints (process, position) values (?, ?)
       on conflict (process) do update set position = excluded.position`,
    ),
  };
}
