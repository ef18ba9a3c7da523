import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { PostgresKeyring } from '../../src/infrastructure/keys/postgres-keyring.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import type { KeySource } from '../../src/infrastructure/migration/export-keys.js';
import { exportKeys } from '../../src/infrastructure/migration/export-keys.js';
import { importKeys, KeyringInUse } from '../../src/infrastructure/migration/import-keys.js';
import { collect } from '../contract/event-store-samples.js';
import { linesOfExport, writeLines } from '../support/altered-export.js';
import { freshPostgres } from '../support/postgres-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KEYS = new MasterKey(Buffer.alloc(32, 7));
const OTHERS = new MasterKey(Buffer.alloc(32, 8));
const HELLO = new TextEncoder().encode('hello');
const subject = (name: string = randomUUID()): SubjectId => as(name);
const [ADA, BOB] = [subject('ada'), subject('bob')];

describe('B4 the accounts’ keys of a data folder', () => {
  let source: SqliteKeyring;
  let file: string;
  let address: string;
  let sealed: Uint8Array;

  beforeEach(async () => {
    const folder = temporaryFolder();
    source = new SqliteKeyring(join(folder, 'keys.sqlite'), KEYS);
    sealed = (await source.obtain(ADA)).seal('here', HELLO);
    await source.obtain(BOB);
    await source.destroy(BOB);
    file = join(folder, 'keys.ndjson');
    address = await freshPostgres();
  });

  afterEach(() => source.close());

  const open = (master = KEYS, initial: { readonly sealedRootKey?: Uint8Array } = {}) =>
    PostgresKeyring.open({ address, name: 'keys spec', ...initial }, master);
  const exported = (from: KeySource = source, to = file) =>
    exportKeys(from, { environment: 'production', file: to });
  const imported = (keys = KEYS) => importKeys(file, keys, (sealedRootKey) => open(keys, { sealedRootKey }));

  async function withTarget<Result>(work: (keyring: PostgresKeyring) => Promise<Result>): Promise<Result> {
    const target = await open();
    try {
      return await work(target);
    } finally {
      await target.close();
    }
  }
  const kept = () => withTarget((target) => collect(target.wrapped()));

  it('open there what they sealed here, and those that were destroyed are destroyed', async () => {
    expect(await exported()).toStrictEqual({
      records: 2,
      destroyed: 1,
      rootKey: Buffer.from(source.sealedRootKey).toString('base64'),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await imported()).toStrictEqual({ keys: 2, destroyed: 1 });
    await withTarget(async (target) => {
      expect((await target.find(ADA))?.open('here', sealed)).toStrictEqual(HELLO);
      expect(await target.isDestroyed(BOB)).toBe(true);
      await expect(target.obtain(BOB)).rejects.toMatchObject({ name: 'KeyDestroyed' });
    });
  });

  it('come to the same file when they are exported from there, however many they are', async () => {
    await Promise.all(Array.from({ length: 1_200 }, () => source.obtain(subject())));
    for (const name of ['é', 'z', '𝒜', '￮']) await source.obtain(subject(name));
    await exported();
    expect(await imported()).toStrictEqual({ keys: 1_206, destroyed: 1 });
    const back = join(temporaryFolder(), 'back.ndjson');
    await withTarget((target) => exported(target, back));
    expect(readFileSync(back)).toStrictEqual(readFileSync(file));
  });

  it('are imported again without a change, and a key that was destroyed since is destroyed there', async () => {
    await exported();
    await imported();
    const before = await kept();
    expect(await imported()).toStrictEqual({ keys: 2, destroyed: 1 });
    expect(await kept()).toStrictEqual(before);
    await source.destroy(ADA);
    await source.obtain(subject('newcomer'));
    file = join(temporaryFolder(), 'later.ndjson');
    await exported();
    expect(await imported()).toStrictEqual({ keys: 3, destroyed: 2 });
    await withTarget(async (target) => expect(await target.isDestroyed(ADA)).toBe(true));
  });

  it('are not brought back by an older file', async () => {
    await exported();
    await imported();
    await withTarget((target) => target.destroy(ADA));
    expect(await imported()).toStrictEqual({ keys: 2, destroyed: 2 });
    await withTarget(async (target) => expect(await target.find(ADA)).toBeUndefined());
  });

  it('are refused by a key store of another service, which stays as it is', async () => {
    await exported();
    for (const stranger of ['aaa', 'zzz', ADA]) {
      address = await freshPostgres();
      await withTarget((target) => target.obtain(subject(stranger)));
      const before = await kept();
      await expect(imported()).rejects.toThrow(KeyringInUse);
      expect(await kept()).toStrictEqual(before);
    }
  });

  it('are refused under another master key, which the key store then doesn’t take for its own', async () => {
    await exported();
    await expect(imported(OTHERS)).rejects.toThrow('holds keys of another master key');
    expect(await imported()).toStrictEqual({ keys: 2, destroyed: 1 });
  });

  it('bring their root key along, which goes by the master key of the day', async () => {
    await source.changeMasterKey(OTHERS);
    await exported();
    await expect(imported()).rejects.toThrow('holds keys of another master key');
    expect(await imported(OTHERS)).toStrictEqual({ keys: 2, destroyed: 1 });
    await expect(open()).rejects.toMatchObject({ name: 'WrongMasterKey' });
    const target = await open(OTHERS);
    expect(target.keys.equals(source.keys)).toBe(true);
    expect((await target.find(ADA))?.open('here', sealed)).toStrictEqual(HELLO);
    await target.close();
  });

  it('are refused by a key store that was begun with a root key of its own, though it is empty', async () => {
    await exported();
    await withTarget(() => Promise.resolve());
    await expect(imported()).rejects.toThrow(KeyringInUse);
    expect(await kept()).toStrictEqual([]);
  });

  it('are refused where the file was altered or cut off, and where two keys have changed their accounts', async () => {
    await source.obtain(subject('eve'));
    await exported();
    const lines = linesOfExport(file);
    const [, ada = '', bob = '', eve = ''] = lines;
    const wrappedIn = (line: string) => String((JSON.parse(line) as { wrapped: unknown }).wrapped);
    const [adas, eves] = [wrappedIn(ada), wrappedIn(eve)];
    writeLines(file, lines.with(1, ada.replace(adas, eves)).with(3, eve.replace(eves, adas)));
    await expect(imported()).rejects.toThrow('holds keys that are not wrapped under its root key');
    writeLines(file, lines.toSpliced(2, 1));
    await expect(imported()).rejects.toThrow('doesn’t hold as much as it says');
    writeLines(file, lines.with(2, bob.replace('destroyedAt', 'destroyed')));
    await expect(imported()).rejects.toThrow('a line of the export is no key');
    const summary = lines.findIndex((line) => line.includes('"rootKey"'));
    const without = { records: 3, destroyed: 1 };
    writeLines(file, lines.with(summary, JSON.stringify(without)));
    await expect(imported()).rejects.toThrow('was written by another release: it holds no root key');
    const another = Buffer.from(KEYS.createRootKey()).toString('base64');
    writeLines(file, lines.with(summary, JSON.stringify({ ...without, rootKey: another })));
    await expect(imported()).rejects.toThrow('holds keys that are not wrapped under its root key');
    expect(await kept()).toStrictEqual([]);
  });
});
