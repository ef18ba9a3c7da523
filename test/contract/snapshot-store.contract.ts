import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SnapshotStore } from '../../src/application/ports/snapshot-store.js';

/** A store under test. */
export interface OpenSnapshotStore {
  readonly store: SnapshotStore;
  /** Closes the store and opens another on the same data; absent where a store keeps its data elsewhere. */
  readonly reopen?: () => Promise<SnapshotStore>;
  readonly close: () => Promise<void>;
}

const snapshot = (revision: number, version = 1) => ({
  revision,
  version,
  sealed: Uint8Array.of(revision, version, 255),
});

/**
 * What every snapshot store keeps to.
 * @param open an empty store
 */
export function snapshotStoreContract(name: string, open: () => Promise<OpenSnapshotStore>): void {
  describe(name, () => {
    let opened: OpenSnapshotStore;

    beforeEach(async () => {
      opened = await open();
    });

    afterEach(async () => {
      await opened.close();
    });

    it('has nothing where nothing was saved', async () => {
      expect(await opened.store.load('account-a.1')).toBeUndefined();
    });

    it('loads what was saved, byte for byte', async () => {
      const sealed = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await opened.store.save('account-a.1', { revision: 41, version: 3, sealed });
      await opened.store.save('account-a.2', snapshot(7));
      expect(await opened.store.load('account-a.1')).toStrictEqual({ revision: 41, version: 3, sealed });
      expect(await opened.store.load('account-a.2')).toStrictEqual(snapshot(7));
    });

    it('keeps the one saved last, even where it is of another version or an earlier revision', async () => {
      const { store } = opened;
      for (const saved of [snapshot(10), snapshot(20), snapshot(20, 2), snapshot(15, 2)]) {
        await store.save('account-a.1', saved);
        expect(await store.load('account-a.1')).toStrictEqual(saved);
      }
    });

    it('saves many at once', async () => {
      const { store } = opened;
      const streams = Array.from({ length: 64 }, (_, index) => `account-a.${index}`);
      await Promise.all(streams.map((stream, index) => store.save(stream, snapshot(index))));
      expect(await Promise.all(streams.map((stream) => store.load(stream)))).toStrictEqual(
        streams.map((_, index) => snapshot(index)),
      );
    });

    it('deletes one and no other, and takes a later one', async () => {
      const { store } = opened;
      await store.save('account-a.1', snapshot(1));
      await store.save('account-a.10', snapshot(2));
      await store.delete('account-a.1');
      await store.delete('account-a.3');
      expect(await store.load('account-a.1')).toBeUndefined();
      expect(await store.load('account-a.10')).toStrictEqual(snapshot(2));
      await store.save('account-a.1', snapshot(3));
      expect(await store.load('account-a.1')).toStrictEqual(snapshot(3));
    });

    it('still has them when it is opened again', async () => {
      if (opened.reopen === undefined) return;
      await opened.store.save('account-a.1', snapshot(1));
      const again = await opened.reopen();
      expect(await again.load('account-a.1')).toStrictEqual(snapshot(1));
    });
  });
}
