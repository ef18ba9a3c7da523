import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Keyring } from '../../src/application/ports/keyring.js';
import { as, type SubjectId } from '../../src/domain/kernel/ids.js';

export interface KeyringUnderTest {
  readonly keyring: Keyring;
  /** A second keyring over the same keys, as another process or a restart has it. */
  another(): Promise<Keyring>;
  close(): Promise<void>;
}

const ALICE = as<SubjectId>('alice-subject');
const BOB = as<SubjectId>('bob-subject');
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What every keyring must do, whatever it is built on. */
export function keyringContract(open: () => Promise<KeyringUnderTest>): void {
  describe('a keyring', () => {
    let opened: KeyringUnderTest;
    let keyring: Keyring;

    beforeEach(async () => {
      opened = await open();
      keyring = opened.keyring;
    });

    afterEach(() => opened.close());

    it('finds no key that nobody asked for', async () => {
      expect(await keyring.find(ALICE)).toBeUndefined();
      expect(keyring.cached(ALICE)).toBeUndefined();
    });

    it('makes a key once and gives the same one ever after', async () => {
      const made = await keyring.obtain(ALICE);
      const sealed = made.seal('here', text('hello'));

      const again = await keyring.obtain(ALICE);
      const found = await keyring.find(ALICE);
      expect(again.open('here', sealed)).toStrictEqual(text('hello'));
      expect(found?.open('here', sealed)).toStrictEqual(text('hello'));
      expect(keyring.cached(ALICE)?.open('here', sealed)).toStrictEqual(text('hello'));
    });

    it('gives concurrent callers the same key', async () => {
      const keys = await Promise.all(Array.from({ length: 20 }, () => keyring.obtain(ALICE)));
      const sealed = keys.map((key) => key.seal('here', text('hello')));

      const last = keys.at(-1);
      expect(sealed.map((bytes) => last?.open('here', bytes))).toStrictEqual(keys.map(() => text('hello')));
    });

    it('has the key on disk before it answers', async () => {
      const sealed = (await keyring.obtain(ALICE)).seal('here', text('hello'));

      const found = await (await opened.another()).find(ALICE);
      expect(found?.open('here', sealed)).toStrictEqual(text('hello'));
    });

    it('gives two processes that ask at once the same key', async () => {
      const another = await opened.another();
      const [first, second] = await Promise.all([keyring.obtain(ALICE), another.obtain(ALICE)]);
      expect(second.open('here', first.seal('here', text('hello')))).toStrictEqual(text('hello'));
    });

    it('gives every account a key of its own', async () => {
      const [alice, bob] = await Promise.all([keyring.obtain(ALICE), keyring.obtain(BOB)]);
      expect(() => bob.open('here', alice.seal('here', text('hello')))).toThrow();
    });

    it('tells a destroyed key from one that was never made', async () => {
      await keyring.obtain(ALICE);
      expect(await keyring.isDestroyed(ALICE)).toBe(false);
      await keyring.destroy(ALICE);
      expect(await keyring.isDestroyed(ALICE)).toBe(true);
      expect(await (await opened.another()).isDestroyed(ALICE)).toBe(true);
      expect(await keyring.isDestroyed(BOB)).toBe(false);
    });

    it('forgets a destroyed key at once', async () => {
      await keyring.obtain(ALICE);
      await keyring.destroy(ALICE);

      expect(keyring.cached(ALICE)).toBeUndefined();
      expect(await keyring.find(ALICE)).toBeUndefined();
      expect(await (await opened.another()).find(ALICE)).toBeUndefined();
    });

    it('never makes a second key for a destroyed one', async () => {
      await keyring.obtain(ALICE);
      await keyring.destroy(ALICE);

      await expect(keyring.obtain(ALICE)).rejects.toMatchObject({ name: 'KeyDestroyed', subject: ALICE });
      await expect((await opened.another()).obtain(ALICE)).rejects.toMatchObject({ name: 'KeyDestroyed' });
      expect(await keyring.find(ALICE)).toBeUndefined();
    });

    it('makes no key for an account that was destroyed before it had one', async () => {
      await keyring.destroy(ALICE);
      await expect(keyring.obtain(ALICE)).rejects.toMatchObject({ name: 'KeyDestroyed' });
    });

    it('lets a destruction win over a key that is just being made', async () => {
      const outcomes = await Promise.allSettled([keyring.obtain(ALICE), keyring.destroy(ALICE)]);

      expect(outcomes[1].status).toBe('fulfilled');
      expect(keyring.cached(ALICE)).toBeUndefined();
      expect(await keyring.find(ALICE)).toBeUndefined();
    });

    it('destroys a key twice as well as once', async () => {
      await keyring.obtain(ALICE);
      await keyring.destroy(ALICE);
      await keyring.destroy(ALICE);
      expect(await keyring.find(ALICE)).toBeUndefined();
    });

    it('leaves the keys of other accounts alone when it destroys one', async () => {
      const sealed = (await keyring.obtain(BOB)).seal('here', text('hello'));
      await keyring.obtain(ALICE);
      await keyring.destroy(ALICE);

      const found = await (await opened.another()).find(BOB);
      expect(found?.open('here', sealed)).toStrictEqual(text('hello'));
    });
  });
}
