import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EphemeralStore } from '../../src/application/ports/ephemeral-store.js';
import { MINUTE } from '../../src/domain/kernel/time.js';

/** A store under test. */
export interface OpenEphemeralStore {
  readonly store: EphemeralStore;
  /** Closes the store and opens another on the same data; absent where a store keeps its data elsewhere. */
  readonly reopen?: () => Promise<EphemeralStore>;
  readonly close: () => Promise<void>;
}

const START = 1_700_000_000_000;
const bytes = (...values: number[]) => Uint8Array.of(...values);

/**
 * What every ephemeral store keeps to.
 * @param open an empty store that asks this clock for the time
 */
export function ephemeralStoreContract(
  name: string,
  open: (clock: () => number) => Promise<OpenEphemeralStore>,
): void {
  describe(name, () => {
    let opened: OpenEphemeralStore;
    let store: EphemeralStore;
    let now: number;

    beforeEach(async () => {
      now = START;
      opened = await open(() => now);
      store = opened.store;
    });

    afterEach(async () => {
      await opened.close();
    });

    describe('an entry', () => {
      it('is read as it was put', async () => {
        const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
        await store.put('check:1', everyByte, START + MINUTE);
        await store.put('check:2', new Uint8Array(0), START + MINUTE);
        expect(await store.get('check:1')).toStrictEqual(everyByte);
        expect(await store.get('check:2')).toStrictEqual(new Uint8Array(0));
        expect(await store.get('check:3')).toBeUndefined();
      });

      it('is gone at the millisecond of its expiry and not before', async () => {
        await store.put('check:1', bytes(1), START + MINUTE);
        now = START + MINUTE - 1;
        expect(await store.get('check:1')).toStrictEqual(bytes(1));
        now = START + MINUTE;
        expect(await store.get('check:1')).toBeUndefined();
      });

      it('is replaced with its expiry when it is put again, be that later or sooner', async () => {
        await store.put('check:1', bytes(1), START + MINUTE);
        await store.put('check:1', bytes(2), START + 3 * MINUTE);
        now = START + 2 * MINUTE;
        expect(await store.get('check:1')).toStrictEqual(bytes(2));
        await store.put('check:1', bytes(3), now + 1);
        now += 1;
        expect(await store.get('check:1')).toBeUndefined();
      });

      it('that has expired when it is put replaces the one before and is never seen', async () => {
        await store.put('check:1', bytes(1), START + MINUTE);
        await store.put('check:1', bytes(2), START);
        expect(await store.get('check:1')).toBeUndefined();
      });

      it('is gone once it is deleted, and alone', async () => {
        await store.put('check:1', bytes(1), START + MINUTE);
        await store.put('check:2', bytes(2), START + MINUTE);
        await store.delete('check:1');
        await store.delete('check:3');
        expect(await store.get('check:1')).toBeUndefined();
        expect(await store.get('check:2')).toStrictEqual(bytes(2));
      });

      it('is kept when many are put at once', async () => {
        const keys = Array.from({ length: 64 }, (_, index) => `check:${index}`);
        await Promise.all(keys.map((key, index) => store.put(key, bytes(index), START + MINUTE)));
        expect(await Promise.all(keys.map((key) => store.get(key)))).toStrictEqual(
          keys.map((_, index) => bytes(index)),
        );
      });

      it('outlives the store that took it', async () => {
        if (opened.reopen === undefined) return;
        await store.put('check:1', bytes(1), START + MINUTE);
        await store.take('ceremony:1', 'command-a', START + MINUTE);
        const again = await opened.reopen();
        expect(await again.get('check:1')).toStrictEqual(bytes(1));
        expect(await again.take('ceremony:1', 'command-b', START + MINUTE)).toBe(false);
      });
    });

    describe('deleting all that begin so', () => {
      it.each(['check:a', 'check:%', 'check:*', 'check:_', 'check:é'])(
        'takes %s and what follows it letter by letter, and nothing else',
        async (prefix) => {
          const beginSo = [prefix, `${prefix}:1`, `${prefix}\u{1F511}`];
          const others = ['check:', 'check:b:1', 'Check:a:1', 'checks', 'a:check:a'];
          for (const key of [...beginSo, ...others]) await store.put(key, bytes(1), START + MINUTE);
          await store.deletePrefix(prefix);
          for (const key of beginSo) expect(await store.get(key)).toBeUndefined();
          for (const key of others) expect(await store.get(key)).toStrictEqual(bytes(1));
        },
      );
    });

    it('lists the entries whose key begins so and no others', async () => {
      for (const key of ['a|1', 'a|2', 'a', 'b|1', 'A|3'])
        await store.put(key, bytes(key.length), START + MINUTE);
      const listed: { key: string; value: Uint8Array }[] = [];
      for await (const { key, value } of store.entriesNamed('a|')) listed.push({ key, value });
      expect(listed).toStrictEqual([
        { key: 'a|1', value: bytes(3) },
        { key: 'a|2', value: bytes(3) },
      ]);
    });

    describe('taking', () => {
      it('lets the first owner have it, that owner again, and no other', async () => {
        expect(await store.take('ceremony:1', 'command-a', START + MINUTE)).toBe(true);
        expect(await store.take('ceremony:1', 'command-b', START + MINUTE)).toBe(false);
        expect(await store.take('ceremony:1', 'command-a', START + MINUTE)).toBe(true);
        expect(await store.take('ceremony:2', 'command-b', START + MINUTE)).toBe(true);
      });

      it('lets one of 64 have it that reach for it at once', async () => {
        const owners = Array.from({ length: 64 }, (_, index) => `command-${index}`);
        const taken = await Promise.all(
          owners.map((owner) => store.take('ceremony:1', owner, START + MINUTE)),
        );
        expect(taken.filter((had) => had)).toHaveLength(1);
        const winner = owners[taken.indexOf(true)] ?? '';
        expect(await store.take('ceremony:1', winner, START + MINUTE)).toBe(true);
      });

      it('lets another owner have it at the millisecond of its expiry and not before', async () => {
        await store.take('ceremony:1', 'command-a', START + MINUTE);
        now = START + MINUTE - 1;
        expect(await store.take('ceremony:1', 'command-b', START + 2 * MINUTE)).toBe(false);
        now = START + MINUTE;
        expect(await store.take('ceremony:1', 'command-b', START + 2 * MINUTE)).toBe(true);
        expect(await store.take('ceremony:1', 'command-a', START + 2 * MINUTE)).toBe(false);
      });

      it('holds for as long as its owner ever asked', async () => {
        await store.take('ceremony:1', 'command-a', START + MINUTE);
        await store.take('ceremony:1', 'command-a', START + 3 * MINUTE);
        await store.take('ceremony:1', 'command-a', START + 2 * MINUTE);
        now = START + 3 * MINUTE - 1;
        expect(await store.take('ceremony:1', 'command-b', START + 4 * MINUTE)).toBe(false);
      });

      it('lets nobody have it at or after its expiry, when two could have it one after the other', async () => {
        expect(await store.take('ceremony:1', 'command-a', START)).toBe(false);
        expect(await store.take('ceremony:1', 'command-b', START - 1)).toBe(false);
      });

      it('is undone by no entry of that key, put or deleted', async () => {
        await store.take('ceremony:1', 'command-a', START + MINUTE);
        await store.put('ceremony:1', bytes(1), START + MINUTE);
        expect(await store.get('ceremony:1')).toStrictEqual(bytes(1));
        await store.delete('ceremony:1');
        await store.deletePrefix('ceremony:');
        expect(await store.take('ceremony:1', 'command-b', START + MINUTE)).toBe(false);
        expect(await store.get('ceremony:1')).toBeUndefined();
      });
    });
  });
}
