import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Snapshot, SnapshotStore } from '../../application/ports/snapshot-store.js';
import { GroupCommit } from '../sqlite/group-commit.js';
import { openDatabase } from '../sqlite/open-database.js';
import type { DatabaseLayout } from '../sqlite/open-database.js';

/** `NORMAL`: a snapshot lost to a power cut is made again from the events. */
const LAYOUT: DatabaseLayout = {
  version: 1,
  synchronous: 'NORMAL',
  schema: `
    create table snapshots (
      stream   text    not null primary key,
      revision integer not null,
      version  integer not null,
      sealed   blob    not null
    ) strict
  `,
};

/** The snapshots of one process in one SQLite file. */
export class SqliteSnapshotStore implements SnapshotStore {
  readonly #database: DatabaseSyncInstance;
  readonly #group: GroupCommit;
  readonly #load;
  readonly #save;
  readonly #delete;

  private constructor(database: DatabaseSyncInstance) {
    this.#database = database;
    this.#group = new GroupCommit(database);
    this.#load = database.prepare('select revision, version, sealed from snapshots where stream = ?');
    this.#save = database.prepare(
      `insert into snapshots (stream, revision, version, sealed) values (?, ?, ?, ?)
       on conflict (stream) do update
       set revision = excluded.revision, version = excluded.version, sealed = excluded.sealed`,
    );
    this.#delete = database.prepare('delete from snapshots where stream = ?');
  }

  static open(file: string): SqliteSnapshotStore {
    return new SqliteSnapshotStore(openDatabase(file, LAYOUT));
  }

  load(stream: string): Promise<Snapshot | undefined> {
    return new Promise((resolve) => {
      const row = this.#load.get(stream) as Snapshot | undefined;
      resolve(row === undefined ? undefined : { ...row });
    });
  }

  async save(stream: string, { revision, version, sealed }: Snapshot): Promise<void> {
    await this.#group.run(() => this.#save.run(stream, revision, version, sealed));
  }

  async delete(stream: string): Promise<void> {
    await this.#group.run(() => this.#delete.run(stream));
  }

  /** Commits what was asked for before and refuses everything after. */
  close(): void {
    this.#group.close();
    if (this.#database.isOpen) this.#database.close();
  }
}
