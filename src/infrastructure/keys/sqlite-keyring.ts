import { closeSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { DatabaseSync } from '@photostructure/sqlite';
import { LRUCache } from 'lru-cache';
import type { Keyring } from '../../application/ports/keyring.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Duration } from '../../domain/kernel/time.js';
import { MINUTE, SECOND } from '../../domain/kernel/time.js';
import type { KeyMaterial } from './key-material.js';
import { KeyWrapping } from './key-wrapping.js';
import { KeyBytesRemain, KeyDestroyed, WrongMasterKey } from './keyring-errors.js';
import type { Sealer } from './sealer.js';

/** The row of a destroyed key stays, without the key: that is what keeps its subject from getting another. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account_keys (
    subject TEXT PRIMARY KEY,
    wrapped BLOB,
    destroyed_at INTEGER,
    CHECK ((wrapped IS NULL) <> (destroyed_at IS NULL))
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS master_key_check (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
  ) STRICT;
`;

/** Blocks the process, so it is short; nobody else writes to this file for longer than a transaction. */
const BUSY_TIMEOUT: Duration = SECOND;

export interface SqliteKeyringOptions {
  /** How many unwrapped keys are kept at hand. */
  readonly cachedKeys?: number;
  /** A cached key is read again after so long, which is when one that another process destroyed is forgotten. */
  readonly cacheLifetime?: Duration;
}

/** The accounts' keys in a SQLite file of their own, away from the events that they seal. */
export class SqliteKeyring implements Keyring {
  private readonly database: DatabaseSyncInstance;
  private readonly wrapping: KeyWrapping;
  private readonly cache: LRUCache<SubjectId, Sealer>;
  private readonly statements: ReturnType<typeof prepare>;
  private readonly toMake = new Set<SubjectId>();
  private making: Promise<void> | undefined;

  /** @throws WrongMasterKey where the file was made with another master key */
  constructor(
    file: string,
    keys: KeyMaterial,
    { cachedKeys = 10_000, cacheLifetime = MINUTE }: SqliteKeyringOptions = {},
  ) {
    this.wrapping = new KeyWrapping(keys);
    this.cache = new LRUCache({ max: cachedKeys, ttl: cacheLifetime });
    this.database = open(file);
    try {
      this.statements = prepare(this.database);
      this.checkMasterKey(file);
      // A crash between a destruction and its checkpoint has left the key's bytes in the log.
      this.clearLog();
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** @throws KeyDestroyed */
  async obtain(subject: SubjectId): Promise<Sealer> {
    const known = this.lookUp(subject);
    if (known !== undefined) return known;
    await this.make(subject);
    // Read back, for another process may have made this key first, or destroyed it.
    const made = this.lookUp(subject);
    if (made === undefined) throw new KeyDestroyed(subject);
    return made;
  }

  find(subject: SubjectId): Promise<Sealer | undefined> {
    return new Promise((resolve) => resolve(this.lookUp(subject)));
  }

  cached(subject: SubjectId): Sealer | undefined {
    return this.cache.get(subject);
  }

  /** @throws KeyBytesRemain where another process held on to the log: call it again */
  destroy(subject: SubjectId): Promise<void> {
    return new Promise((resolve) => {
      this.cache.delete(subject);
      this.statements.destroy.run(subject, Date.now());
      if (!this.clearLog()) throw new KeyBytesRemain(subject);
      resolve();
    });
  }

  close(): void {
    this.database.close();
  }

  private lookUp(subject: SubjectId): Sealer | undefined {
    const cached = this.cached(subject);
    if (cached !== undefined) return cached;
    const row = this.statements.find.get(subject) as { wrapped: Uint8Array | null } | undefined;
    if (!row?.wrapped) return undefined;
    const key = this.wrapping.unwrap(subject, row.wrapped);
    this.cache.set(subject, key);
    return key;
  }

  /** Whoever asks in one turn of the event loop shares one transaction, and with it one wait for the disk. */
  private make(subject: SubjectId): Promise<void> {
    this.toMake.add(subject);
    this.making ??= nextTurn().then(() => this.commitNewKeys());
    return this.making;
  }

  private commitNewKeys(): void {
    const subjects = [...this.toMake];
    this.toMake.clear();
    this.making = undefined;
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const subject of subjects) this.statements.insert.run(subject, this.wrapping.create(subject));
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Moves the log into the file, where freed bytes are zeroed, and cuts it to nothing; false if a reader held it. */
  private clearLog(): boolean {
    const { busy } = this.statements.clearLog.get() as { busy: number };
    return busy === 0;
  }

  private checkMasterKey(file: string): void {
    this.database
      .prepare(
        `INSERT INTO master_key_check (id, sealed)
         SELECT 1, ? WHERE NOT EXISTS (SELECT 1 FROM account_keys) ON CONFLICT (id) DO NOTHING`,
      )
      .run(this.wrapping.sealCheck());
    const row = this.database.prepare('SELECT sealed FROM master_key_check').get() as
      { sealed: Uint8Array } | undefined;
    if (row === undefined) throw new WrongMasterKey(file);
    this.wrapping.verifyCheck(row.sealed, file);
  }
}

function open(file: string): DatabaseSyncInstance {
  // SQLite gives a new file the mode that the umask allows, and its side files the mode of the file.
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
  database.exec(SCHEMA);
  return database;
}

function prepare(database: DatabaseSyncInstance) {
  return {
    find: database.prepare('SELECT wrapped FROM account_keys WHERE subject = ?'),
    insert: database.prepare(
      'INSERT INTO account_keys (subject, wrapped) VALUES (?, ?) ON CONFLICT (subject) DO NOTHING',
    ),
    destroy: database.prepare(
      `INSERT INTO account_keys (subject, destroyed_at) VALUES (?, ?) ON CONFLICT (subject)
       DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE destroyed_at IS NULL`,
    ),
    clearLog: database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
  };
}
