import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { as, type SubjectId } from '../../src/domain/kernel/ids.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { CHECK_VALUE } from '../contract/master-key.contract.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const keys = new MasterKey(Buffer.alloc(32, 7));
const otherKeys = new MasterKey(Buffer.alloc(32, 8));
const ALICE = as<SubjectId>('alice-subject');
const BOB = as<SubjectId>('bob-subject');

describe('the SQLite keyring', () => {
  let folder: string;
  let file: string;
  const opened: { close(): void }[] = [];

  const open = (material = keys, options = {}): SqliteKeyring => {
    const keyring = new SqliteKeyring(file, material, options);
    opened.push(keyring);
    return keyring;
  };

  /** The file as somebody who holds it sees it. */
  const raw = () => {
    const database = new DatabaseSync(file);
    opened.push(database);
    return database;
  };

  const wrappedKey = (subject: SubjectId): Buffer => {
    const row = raw().prepare('SELECT wrapped FROM account_keys WHERE subject = ?').get(subject) as {
      wrapped: Uint8Array;
    };
    return Buffer.from(row.wrapped);
  };

  const filesHolding = (bytes: Buffer): readonly string[] =>
    readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(bytes));

  const closeAll = (): void => {
    for (const each of opened.splice(0)) each.close();
  };

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder, 'keyring.sqlite');
  });

  afterEach(closeAll);

  describe('destroying a key', () => {
    it('leaves none of its bytes in any file, neither in part', async () => {
      const keyring = open();
      const subjects = Array.from({ length: 400 }, (_, index) => as<SubjectId>(`subject-${index}`));
      await Promise.all(subjects.map((subject) => keyring.obtain(subject)));
      const doomed = subjects.filter((_, index) => index % 7 === 0);
      const wrapped = doomed.map(wrappedKey);
      closeAll();
      const reopened = open();
      // Updates after the reopening put pages that hold the keys into the write-ahead log as well.
      await reopened.obtain(as<SubjectId>('subject-10-and-a-half'));
      expect(wrapped.filter((bytes) => filesHolding(bytes).length === 0)).toStrictEqual([]);

      for (const subject of doomed) await reopened.destroy(subject);

      const parts = wrapped.flatMap((bytes) => [0, 20, 40].map((from) => bytes.subarray(from, from + 20)));
      expect(parts.flatMap(filesHolding)).toStrictEqual([]);
    });

    it('finishes at the next start what a crash left in the log', async () => {
      const keyring = open();
      await keyring.obtain(ALICE);
      const wrapped = wrappedKey(ALICE);
      raw().exec('UPDATE account_keys SET wrapped = NULL, destroyed_at = 1');
      expect(filesHolding(wrapped)).not.toStrictEqual([]);

      open();

      expect(filesHolding(wrapped)).toStrictEqual([]);
    });

    it('says so while a reader keeps the bytes in the log, and clears them when called again', async () => {
      const keyring = open();
      await keyring.obtain(ALICE);
      const wrapped = wrappedKey(ALICE);
      const reader = raw();
      reader.exec('BEGIN');
      reader.prepare('SELECT * FROM account_keys').all();

      await expect(keyring.destroy(ALICE)).rejects.toMatchObject({ name: 'KeyBytesRemain', subject: ALICE });
      expect(await keyring.find(ALICE)).toBeUndefined();

      reader.exec('COMMIT');
      await keyring.destroy(ALICE);
      expect(filesHolding(wrapped)).toStrictEqual([]);
    });

    it('keeps the time of the first destruction', async () => {
      const keyring = open();
      const before = Date.now();
      await keyring.destroy(ALICE);
      const after = Date.now();
      while (Date.now() === after) await nextTurn();
      await keyring.destroy(ALICE);

      const rows = raw().prepare('SELECT * FROM account_keys').all() as { destroyed_at: number }[];
      expect(rows.map((row) => ({ ...row, destroyed_at: 0 }))).toStrictEqual([
        { subject: ALICE, wrapped: null, destroyed_at: 0 },
      ]);
      expect(rows[0]?.destroyed_at).toBeGreaterThanOrEqual(before);
      expect(rows[0]?.destroyed_at).toBeLessThanOrEqual(after);
    });

    it('is noticed by another process once its cached key has had its time', async () => {
      const other = open(keys, { cacheLifetime: 1 });
      await other.obtain(ALICE);
      await open().destroy(ALICE);
      const deadline = Date.now() + 5_000;
      while (other.cached(ALICE) !== undefined && Date.now() < deadline) await nextTurn();

      expect(other.cached(ALICE)).toBeUndefined();
      expect(await other.find(ALICE)).toBeUndefined();
      await expect(other.obtain(ALICE)).rejects.toMatchObject({ name: 'KeyDestroyed' });
    });
  });

  describe('the master key', () => {
    it('is told to be the wrong one at start, naming the file and no key', async () => {
      await open().obtain(ALICE);
      closeAll();

      expect(() => open(otherKeys)).toThrow(
        `the keyring ${file} was made with another master key, or has been given another one since: start with the one that it has now, or with another data folder`,
      );
    });

    it('is told to be the wrong one even before the first account', () => {
      open();
      closeAll();
      expect(() => open(otherKeys)).toThrow('was made with another master key');
    });

    it('leaves in no file what the former one opens, when it is changed', async () => {
      const keyring = open();
      await keyring.obtain(ALICE);
      const former = [keyring.sealedRootKey, CHECK_VALUE].map((record) => Buffer.from(record));
      await keyring.changeMasterKey(otherKeys);
      const parts = former.flatMap((bytes) => [0, 14].map((from) => bytes.subarray(from, from + 14)));
      expect(parts.flatMap(filesHolding)).toStrictEqual([]);
      expect(filesHolding(Buffer.from(keyring.sealedRootKey))).toStrictEqual(['keyring.sqlite']);
    });

    it('finishes at the next start what a crash after a change left in the log', async () => {
      const keyring = open();
      const former = Buffer.from(keyring.sealedRootKey);
      await keyring.obtain(ALICE);
      raw().prepare('UPDATE master_key_check SET sealed = ?').run(otherKeys.seal(keyring.keys));
      expect(filesHolding(former)).not.toStrictEqual([]);
      open(otherKeys);
      expect(filesHolding(former)).toStrictEqual([]);
    });

    it('says so while a reader keeps what the former one opens in the log, and clears it when changed again', async () => {
      const keyring = open();
      const former = Buffer.from(keyring.sealedRootKey);
      await keyring.obtain(ALICE);
      const reader = raw();
      reader.exec('BEGIN');
      reader.prepare('SELECT * FROM master_key_check').all();

      await expect(keyring.changeMasterKey(otherKeys)).rejects.toMatchObject({
        name: 'FormerRootKeyRemains',
      });
      expect(() => open()).toThrow('was made with another master key');

      reader.exec('COMMIT');
      expect(await keyring.changeMasterKey(otherKeys)).toBe(false);
      expect(filesHolding(former)).toStrictEqual([]);
    });

    it('is not taken on trust by a keyring that lost its check value', async () => {
      await open().obtain(ALICE);
      raw().exec('DELETE FROM master_key_check');
      closeAll();

      expect(() => open(otherKeys)).toThrow('was made with another master key');
      expect(() => open()).toThrow('was made with another master key');
    });
  });

  it('holds no key in the clear', async () => {
    const key = await open().obtain(ALICE);
    const sealed = key.seal('here', new Uint8Array(3));
    const row = wrappedKey(ALICE);

    // 12 bytes nonce, 32 bytes encrypted key, 16 bytes tag.
    expect(row.length).toBe(60);
    for (let from = 0; from + 32 <= row.length; from++) {
      expect(() => new Sealer(row.subarray(from, from + 32)).open('here', sealed)).toThrow();
    }
  });

  it("opens no key that was moved to another account's row", async () => {
    const keyring = open();
    await Promise.all([keyring.obtain(ALICE), keyring.obtain(BOB)]);
    raw().prepare('UPDATE account_keys SET wrapped = ? WHERE subject = ?').run(wrappedKey(ALICE), BOB);
    closeAll();

    await expect(open().find(BOB)).rejects.toMatchObject({ name: 'SealBroken' });
  });

  it('can be read by its owner only', () => {
    open();
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toStrictEqual(
      readdirSync(folder).map(() => 0o600),
    );
  });

  it('commits the keys asked for in one turn together', async () => {
    const keyring = open();
    await Promise.all(Array.from({ length: 100 }, (_, index) => keyring.obtain(as(`subject-${index}`))));

    // A commit of its own for each would have written the page at least once a key.
    const pages = statSync(`${file}-wal`).size / 4096;
    expect(pages).toBeLessThan(20);
  });

  it('makes the next keys although a transaction failed', async () => {
    const keyring = open();
    const writer = raw();
    writer.exec('BEGIN IMMEDIATE');
    await expect(keyring.obtain(ALICE)).rejects.toThrow('database is locked');
    writer.exec('COMMIT');

    await keyring.obtain(ALICE);
    expect(keyring.cached(ALICE)).toBeDefined();
  });

  it('keeps no more keys at hand than it was told, and reads the others again', async () => {
    const keyring = open(keys, { cachedKeys: 1 });
    const sealed = (await keyring.obtain(ALICE)).seal('here', new Uint8Array(3));
    await keyring.obtain(BOB);

    expect(keyring.cached(ALICE)).toBeUndefined();
    expect((await keyring.find(ALICE))?.open('here', sealed)).toStrictEqual(new Uint8Array(3));
  });
});
