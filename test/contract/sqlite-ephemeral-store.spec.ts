import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/domain/kernel/time.js';
import { SqliteEphemeralStore } from '../../src/infrastructure/ephemeral/sqlite-ephemeral-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ephemeralStoreContract } from './ephemeral-store.contract.js';

const newFile = () => join(temporaryFolder(), 'ephemeral.sqlite');

ephemeralStoreContract('SqliteEphemeralStore', (clock) => {
  const file = newFile();
  let store = SqliteEphemeralStore.open(file, clock);
  return Promise.resolve({
    store,
    reopen: () => {
      store.close();
      store = SqliteEphemeralStore.open(file, clock);
      return Promise.resolve(store);
    },
    close: () => {
      store.close();
      return Promise.resolve();
    },
  });
});

function rowsIn(file: string): { entries: number; taken: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  const count = (table: string) =>
    (database.prepare(`select count(*) as rows from ${table}`).get() as { rows: number }).rows;
  const rows = { entries: count('entries'), taken: count('taken') };
  database.close();
  return rows;
}

describe('SqliteEphemeralStore on its file', () => {
  it('removes what has expired with later writes, a bounded number at a time', async () => {
    let now = 0;
    const file = newFile();
    const store = SqliteEphemeralStore.open(file, () => now);
    const keys = Array.from({ length: 600 }, (_, index) => `check:${index}`);
    await Promise.all(
      keys.flatMap((key) => [store.put(key, Uint8Array.of(1), MINUTE), store.take(key, 'command-a', MINUTE)]),
    );
    await store.put('kept', Uint8Array.of(2), 10 * MINUTE);
    await store.take('kept', 'command-a', 10 * MINUTE);
    expect(rowsIn(file)).toStrictEqual({ entries: 601, taken: 601 });

    now = 2 * MINUTE;
    const seen: { entries: number; taken: number }[] = [];
    for (const _ of [1, 2, 3, 4]) {
      await store.put('kept', Uint8Array.of(2), 10 * MINUTE);
      seen.push(rowsIn(file));
    }
    expect(seen).toStrictEqual([
      { entries: 345, taken: 345 },
      { entries: 89, taken: 89 },
      { entries: 1, taken: 1 },
      { entries: 1, taken: 1 },
    ]);
    expect(await store.get('kept')).toStrictEqual(Uint8Array.of(2));
    expect(await store.take('kept', 'command-b', 10 * MINUTE)).toBe(false);
    store.close();
  });

  it('looks for what has expired at most once a second where there is little', async () => {
    let now = 0;
    const file = newFile();
    const store = SqliteEphemeralStore.open(file, () => now);
    const putShort = () => store.put('short', Uint8Array.of(1), now + 1);
    await putShort();
    now += SECOND - 1;
    await store.take('ceremony:1', 'command-a', 10 * MINUTE);
    expect(rowsIn(file)).toStrictEqual({ entries: 1, taken: 1 });
    now += 1;
    await store.take('ceremony:2', 'command-a', 10 * MINUTE);
    expect(rowsIn(file)).toStrictEqual({ entries: 0, taken: 2 });
    store.close();
  });

  it('commits on closing what was asked for before and refuses the rest', async () => {
    const file = newFile();
    const store = SqliteEphemeralStore.open(file, () => 0);
    const put = store.put('check:1', Uint8Array.of(1), MINUTE);
    store.close();
    store.close();
    await put;
    await expect(store.put('check:2', Uint8Array.of(1), MINUTE)).rejects.toThrow('the store is closed');
    await expect(store.take('check:2', 'command-a', MINUTE)).rejects.toThrow('the store is closed');
    await expect(store.get('check:1')).rejects.toThrow();
    expect(rowsIn(file)).toStrictEqual({ entries: 1, taken: 0 });
  });
});
