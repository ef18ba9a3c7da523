import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SqliteSnapshotStore } from '../../src/infrastructure/snapshots/sqlite-snapshot-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { snapshotStoreContract } from './snapshot-store.contract.js';

const newFile = () => join(temporaryFolder(), 'snapshots.sqlite');

snapshotStoreContract('SqliteSnapshotStore', () => {
  const file = newFile();
  let store = SqliteSnapshotStore.open(file);
  return Promise.resolve({
    store,
    reopen: () => {
      store.close();
      store = SqliteSnapshotStore.open(file);
      return Promise.resolve(store);
    },
    close: () => {
      store.close();
      return Promise.resolve();
    },
  });
});

describe('SqliteSnapshotStore on its file', () => {
  it('commits on closing what was asked for before and refuses the rest', async () => {
    const file = newFile();
    const store = SqliteSnapshotStore.open(file);
    const snapshot = { revision: 1, version: 1, sealed: Uint8Array.of(1) };
    const saved = store.save('account-a.1', snapshot);
    store.close();
    store.close();
    await saved;
    await expect(store.save('account-a.1', snapshot)).rejects.toThrow('the store is closed');
    await expect(store.delete('account-a.1')).rejects.toThrow('the store is closed');
    await expect(store.load('account-a.1')).rejects.toThrow();
    const again = SqliteSnapshotStore.open(file);
    expect(await again.load('account-a.1')).toStrictEqual(snapshot);
    again.close();
  });
});
