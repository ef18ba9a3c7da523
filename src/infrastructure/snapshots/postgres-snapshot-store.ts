import type { Snapshot, SnapshotStore } from '../../application/ports/snapshot-store.js';
import type { Layout } from '../postgres/migrations.js';
import { openStore } from '../postgres/open-store.js';
import type { PostgresDatabase, PostgresOptions } from '../postgres/postgres-database.js';

const LAYOUT: Layout = {
  schema: 'snapshots',
  migrations: [
    `create table snapshots.latest (
       stream   text    collate "C" primary key,
       revision bigint  not null,
       version  integer not null,
       sealed   bytea   not null
     )`,
  ],
};

const LOAD = {
  name: 'load snapshot',
  text: 'select revision, version, sealed from snapshots.latest where stream = $1',
};
const SAVE = {
  name: 'save snapshot',
  text: `insert into snapshots.latest (stream, revision, version, sealed) values ($1, $2, $3, $4)
    on conflict (stream) do update
    set revision = excluded.revision, version = excluded.version, sealed = excluded.sealed`,
};
const DELETE = { text: 'delete from snapshots.latest where stream = $1' };

/** The snapshots of any number of processes. */
export class PostgresSnapshotStore implements SnapshotStore {
  readonly #database: PostgresDatabase;

  private constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  static async open(options: PostgresOptions): Promise<PostgresSnapshotStore> {
    return new PostgresSnapshotStore(await openStore(options, LAYOUT));
  }

  async load(stream: string): Promise<Snapshot | undefined> {
    const [row] = await this.#database.repeatable<Snapshot>(LOAD, [stream]);
    return row && { ...row, sealed: new Uint8Array(row.sealed) };
  }

  async save(stream: string, { revision, sealed, version }: Snapshot): Promise<void> {
    await this.#database.repeatable(SAVE, [stream, revision, version, sealed]);
  }

  async delete(stream: string): Promise<void> {
    await this.#database.repeatable(DELETE, [stream]);
  }

  /** Finishes what was asked for before and refuses everything after. */
  close(): Promise<void> {
    return this.#database.close();
  }
}
