import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type { Instant } from '../../domain/kernel/time.js';
import { ExpiredRows } from '../sqlite/expired-rows.js';
import { GroupCommit } from '../sqlite/group-commit.js';
import { openDatabase } from '../sqlite/open-database.js';
import type { DatabaseLayout } from '../sqlite/open-database.js';

const READ_AT_ONCE = 256;

/** What was taken stands apart from the entries, so that deleting an entry never lets a thing be taken twice. */
const LAYOUT: DatabaseLayout = {
  version: 1,
  synchronous: 'FULL',
  forgets: true,
  schema: `
    create table entries (
      id         integer primary key,
      key        text    not null unique,
      value      blob    not null,
      expires_at integer not null
    ) strict;
    create index entries_by_expiry on entries (expires_at);
    create table taken (
      key        text    not null primary key,
      owner      text    not null,
      expires_at integer not null
    ) strict, without rowid;
    create index taken_by_expiry on taken (expires_at)
  `,
};

/** The ephemeral store of one process in one SQLite file. Expired rows are invisible at once and removed by later writes. */
export class SqliteEphemeralStore implements EphemeralStore {
  readonly #database: DatabaseSyncInstance;
  readonly #clock: () => Instant;
  readonly #group: GroupCommit;
  readonly #put;
  readonly #get;
  readonly #delete;
  readonly #deletePrefix;
  readonly #named;
  readonly #clearLog;
  readonly #take;
  readonly #expired: ExpiredRows;

  private constructor(database: DatabaseSyncInstance, clock: () => Instant) {
    this.#database = database;
    this.#clock = clock;
    this.#group = new GroupCommit(database);
    this.#put = database.prepare(
      `insert into entries (key, value, expires_at) values (?, ?, ?)
       on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`,
    );
    this.#get = database.prepare('select value from entries where key = ? and expires_at > ?');
    this.#delete = database.prepare('delete from entries where key = ?');
    // U+10FFFF is a noncharacter and sorts last: the range holds every key that begins so.
    this.#deletePrefix = database.prepare(
      'delete from entries where key >= ?1 and key < ?1 || char(0x10ffff)',
    );
    this.#named = database.prepare(
      `select key, value from entries
       where key > ?1 and key >= ?2 and key < ?2 || char(0x10ffff) order by key limit ${READ_AT_ONCE}`,
    );
    this.#clearLog = database.prepare('pragma wal_checkpoint(truncate)');
    this.#take = database.prepare(
      `insert into taken (key, owner, expires_at) values (?1, ?2, ?3)
       on conflict (key) do update set owner = excluded.owner, expires_at = max(expires_at, excluded.expires_at)
       where owner = excluded.owner or expires_at <= ?4`,
    );
    this.#expired = new ExpiredRows(database, [
      { table: 'entries', key: 'id', expiry: 'expires_at' },
      { table: 'taken', key: 'key', expiry: 'expires_at' },
    ]);
  }

  /** @param clock the time of day in ms since the Unix epoch */
  static open(file: string, clock: () => Instant): SqliteEphemeralStore {
    return new SqliteEphemeralStore(openDatabase(file, LAYOUT), clock);
  }

  async put(key: string, value: Uint8Array, expiresAt: Instant): Promise<void> {
    await this.#group.run(() => {
      this.#expired.sweep(this.#clock());
      this.#put.run(key, value, expiresAt);
    });
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      const row = this.#get.get(key, this.#clock()) as { value: Uint8Array } | undefined;
      resolve(row?.value);
    });
  }

  async delete(key: string): Promise<void> {
    await this.#group.run(() => this.#delete.run(key));
  }

  async deletePrefix(prefix: string): Promise<void> {
    await this.#group.run(() => this.#deletePrefix.run(prefix));
    // What was freed is zeroed in its page; what it was stands in the log until that is cut to nothing.
    this.#clearLog.get();
  }

  async *entriesNamed(
    prefix: string,
  ): AsyncGenerator<{ readonly key: string; readonly value: Uint8Array }, void, undefined> {
    let page: { key: string; value: Uint8Array }[];
    let last = '';
    do {
      page = this.#named.all(last, prefix) as typeof page;
      yield* page;
      last = page.at(-1)?.key ?? last;
      await nextTurn();
    } while (page.length === READ_AT_ONCE);
  }

  /** False also where the expiry has passed: a hold that ends at once would let two owners have it. */
  take(key: string, owner: string, expiresAt: Instant): Promise<boolean> {
    return this.#group.run(() => {
      const now = this.#clock();
      this.#expired.sweep(now);
      return expiresAt > now && this.#take.run(key, owner, expiresAt, now).changes === 1;
    });
  }

  /** Commits what was asked for before and refuses everything after. */
  close(): void {
    this.#group.close();
    if (this.#database.isOpen) this.#database.close();
  }
}
