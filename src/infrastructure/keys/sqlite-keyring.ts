import { closeSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { LRUCache } from 'lru-cache';
import type { Keyring } from '../../application/ports/keyring.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Duration } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import { GroupCommit } from '../sqlite/group-commit.js';
import { openDatabase } from '../sqlite/open-database.js';
import type { KeyMaterial } from './key-material.js';
import { KeyWrapping } from './key-wrapping.js';
import {
  FormerRootKeyRemains,
  KeyBytesRemain,
  KeyDestroyed,
  MasterKeyChangedMeanwhile,
  WrongMasterKey,
} from './keyring-errors.js';
import type { MasterKey } from './master-key.js';
import type { Sealer } from './sealer.js';
import type { WrappedKey } from './wrapped-key.js';

/**
 * The row of a destroyed key stays, without the key: that is what keeps its subject from getting another. What is called a check is the
 * root key, sealed under the master key.
 */
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

export interface SqliteKeyringOptions {
  /** How many unwrapped keys are kept at hand. */
  readonly cachedKeys?: number;
  /** A cached key is read again after so long, which is when one that another process destroyed is forgotten. */
  readonly cacheLifetime?: Duration;
}

/** Rows read in one go; more would hold the event loop for too long. */
const PAGE = 1_000;

/** The accounts' keys in a SQLite file of their own, away from the events that they seal. */
export class SqliteKeyring implements Keyring {
  /** Of the root key: what everything that is kept sealed or hashed derives from. */
  readonly keys: KeyMaterial;
  /** As the file holds it. */
  sealedRootKey: Uint8Array;
  private readonly database: DatabaseSyncInstance;
  private readonly wrapping: KeyWrapping;
  private readonly cache: LRUCache<SubjectId, Sealer>;
  private readonly statements: ReturnType<typeof prepare>;
  private readonly commits: GroupCommit;

  /** @throws WrongMasterKey where another one opens the file */
  constructor(
    file: string,
    master: MasterKey,
    { cachedKeys = 10_000, cacheLifetime = MINUTE }: SqliteKeyringOptions = {},
  ) {
    this.cache = new LRUCache({ max: cachedKeys, ttl: cacheLifetime });
    this.database = open(file);
    try {
      this.statements = prepare(this.database);
      this.sealedRootKey = this.readRootKey(file, master.createRootKey());
      this.keys = master.open(this.sealedRootKey, file);
      this.wrapping = new KeyWrapping(this.keys);
      // A crash between a destruction, or a change of the master key, and its checkpoint has left what is to be gone in the log.
      this.clearLog();
      this.commits = new GroupCommit(this.database);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** @throws KeyDestroyed */
  async obtain(subject: SubjectId): Promise<Sealer> {
    const known = this.lookUp(subject);
    if (known !== undefined) return known;
    await this.commits.run(() => this.statements.insert.run(subject, this.wrapping.create(subject)));
    // Read back, for another process may have made this key first, or destroyed it.
    const made = this.lookUp(subject);
    if (made === undefined) throw new KeyDestroyed(subject);
    return made;
  }

  find(subject: SubjectId): Promise<Sealer | undefined> {
    return new Promise((resolve) => resolve(this.lookUp(subject)));
  }

  isDestroyed(subject: SubjectId): Promise<boolean> {
    return new Promise((resolve) => resolve(this.statements.isDestroyed.get(subject) !== undefined));
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

  /**
   * From now on this one opens the file, and the former one does not. Nothing else changes.
   * @returns false where it did so already
   * @throws MasterKeyChangedMeanwhile, FormerRootKeyRemains
   */
  changeMasterKey(to: MasterKey): Promise<boolean> {
    return new Promise((resolve) => {
      const changes = !to.opens(this.sealedRootKey);
      if (changes) {
        const sealed = to.seal(this.keys);
        const { changes: rows } = this.statements.replaceRootKey.run(sealed, this.sealedRootKey);
        if (rows !== 1) throw new MasterKeyChangedMeanwhile();
        this.sealedRootKey = sealed;
      }
      if (!this.clearLog()) throw new FormerRootKeyRemains();
      resolve(changes);
    });
  }

  /** All of them as they are kept, by the bytes of their subjects, to be kept elsewhere under the same root key. */
  async *wrapped(): AsyncGenerator<WrappedKey, void, undefined> {
    let page: readonly WrappedKey[];
    let last = '';
    do {
      page = this.statements.after.all(last, PAGE) as WrappedKey[];
      yield* page;
      last = page.at(-1)?.subject ?? last;
      await nextTurn();
    } while (page.length === PAGE);
  }

  close(): void {
    this.commits.close();
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

  /** Moves the log into the file, where freed bytes are zeroed, and cuts it to nothing; false if a reader held it. */
  private clearLog(): boolean {
    const { busy } = this.statements.clearLog.get() as { busy: number };
    return busy === 0;
  }

  /** @param fresh what an empty file gets. @throws WrongMasterKey where it holds keys and has lost what they are wrapped under */
  private readRootKey(file: string, fresh: Uint8Array): Uint8Array {
    this.database
      .prepare(
        `INSERT INTO master_key_check (id, sealed)
         SELECT 1, ? WHERE NOT EXISTS (SELECT 1 FROM account_keys) ON CONFLICT (id) DO NOTHING`,
      )
      .run(fresh);
    const row = this.database.prepare('SELECT sealed FROM master_key_check').get() as
      { sealed: Uint8Array } | undefined;
    if (row === undefined) throw new WrongMasterKey(file);
    return row.sealed;
  }
}

function open(file: string): DatabaseSyncInstance {
  // SQLite gives a new file the mode that the umask allows, and its side files the mode of the file.
  closeSync(openSync(file, 'a', 0o600));
  const database = openDatabase(file, { schema: SCHEMA, version: 1, synchronous: 'FULL' });
  // What is deleted or overwritten is zeroed in its page, not just unlinked from it.
  database.exec('PRAGMA secure_delete = ON');
  return database;
}

function prepare(database: DatabaseSyncInstance) {
  return {
    find: database.prepare('SELECT wrapped FROM account_keys WHERE subject = ?'),
    isDestroyed: database.prepare('SELECT 1 FROM account_keys WHERE subject = ? AND wrapped IS NULL'),
    after: database.prepare(
      `SELECT subject, wrapped, destroyed_at AS destroyedAt FROM account_keys
       WHERE subject > ? ORDER BY subject LIMIT ?`,
    ),
    insert: database.prepare(
      'INSERT INTO account_keys (subject, wrapped) VALUES (?, ?) ON CONFLICT (subject) DO NOTHING',
    ),
    destroy: database.prepare(
      `INSERT INTO account_keys (subject, destroyed_at) VALUES (?, ?) ON CONFLICT (subject)
       DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE destroyed_at IS NULL`,
    ),
    replaceRootKey: database.prepare('UPDATE master_key_check SET sealed = ? WHERE sealed = ?'),
    clearLog: database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
  };
}
