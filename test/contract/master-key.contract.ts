import { hkdfSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Keyring } from '../../src/application/ports/keyring.js';
import { as, type SubjectId } from '../../src/domain/kernel/ids.js';
import { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';

export interface OpenKeyring extends Keyring {
  readonly keys: KeyMaterial;
  readonly sealedRootKey: Uint8Array;
  changeMasterKey(to: MasterKey): Promise<boolean>;
}

export interface KeyringStore {
  /** As another process or a restart opens it. Closed with the store. */
  open(master: MasterKey): Promise<OpenKeyring>;
  /** Puts something else where the sealed root key is. */
  putRootKey(record: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const ALICE = as<SubjectId>('alice-subject');
const HELLO = new TextEncoder().encode('hello');
const [FIRST, SECOND, THIRD] = [7, 8, 9].map((byte) => new MasterKey(Buffer.alloc(32, byte))) as [
  MasterKey,
  MasterKey,
  MasterKey,
];

/**
 * As a keyring of before there were root keys has it beside its account keys, made with a master key of 32 times the byte 7. Written
 * by the release that did so; stored, and so never changed.
 */
export const CHECK_VALUE = Buffer.from('f35d30560dcb8fc52087a43ce2da274f7d42b802fc0e439ba3ea25ec', 'hex');

/** How a keyring goes by its master key, and how that is changed. */
export function masterKeyContract(make: () => Promise<KeyringStore>): void {
  describe('the master key of a keyring', () => {
    let store: KeyringStore;
    const open = (master: MasterKey) => store.open(master);
    const refused = (master: MasterKey) =>
      expect(open(master)).rejects.toMatchObject({ name: 'WrongMasterKey' });
    const secretOf = ({ keys }: OpenKeyring) => keys.derive('of this test');

    beforeEach(async () => {
      store = await make();
    });

    afterEach(() => store.close());

    it('opens a root key of its own in every store, the same for all who open it', async () => {
      const [one, other] = await Promise.all([open(FIRST), open(FIRST)]);
      expect(secretOf(one)).toStrictEqual(secretOf(other));
      const elsewhere = await make();
      expect(secretOf(await elsewhere.open(FIRST))).not.toStrictEqual(secretOf(one));
      await elsewhere.close();
    });

    it('is the only one that opens it, whether a key was made or not', async () => {
      const keyring = await open(FIRST);
      await refused(SECOND);
      await keyring.obtain(ALICE);
      await refused(SECOND);
    });

    it('is changed, and nothing else is: the former one is refused', async () => {
      const before = await open(FIRST);
      const sealed = (await before.obtain(ALICE)).seal('here', HELLO);
      expect(await before.changeMasterKey(SECOND)).toBe(true);

      await refused(FIRST);
      const after = await open(SECOND);
      expect(secretOf(after)).toStrictEqual(secretOf(before));
      expect((await after.find(ALICE))?.open('here', sealed)).toStrictEqual(HELLO);
    });

    it('is changed under processes that go on with what they opened', async () => {
      const running = await open(FIRST);
      const sealed = (await running.obtain(ALICE)).seal('here', HELLO);
      await (await open(FIRST)).changeMasterKey(SECOND);
      const made = (await running.obtain(as<SubjectId>('bob-subject'))).seal('here', HELLO);

      const restarted = await open(SECOND);
      expect((await restarted.find(ALICE))?.open('here', sealed)).toStrictEqual(HELLO);
      expect((await restarted.find(as('bob-subject')))?.open('here', made)).toStrictEqual(HELLO);
    });

    it('is changed again, by the same keyring and by another, and back', async () => {
      const keyring = await open(FIRST);
      const secret = secretOf(keyring);
      await keyring.changeMasterKey(SECOND);
      await keyring.changeMasterKey(THIRD);
      await refused(FIRST);
      await refused(SECOND);
      await (await open(THIRD)).changeMasterKey(FIRST);
      await refused(THIRD);
      expect(secretOf(await open(FIRST))).toStrictEqual(secret);
    });

    it('is not changed to itself', async () => {
      const keyring = await open(FIRST);
      const before = keyring.sealedRootKey;
      expect(await keyring.changeMasterKey(FIRST)).toBe(false);
      expect((await open(FIRST)).sealedRootKey).toStrictEqual(before);
      await keyring.changeMasterKey(SECOND);
      expect(await keyring.changeMasterKey(SECOND)).toBe(false);
    });

    it('becomes that of one where two change it at once, and the other is told', async () => {
      const [one, other] = await Promise.all([open(FIRST), open(FIRST)]);
      const changed = await Promise.allSettled([one.changeMasterKey(SECOND), other.changeMasterKey(THIRD)]);
      const won = changed.findIndex(({ status }) => status === 'fulfilled');
      expect(changed[1 - won]).toMatchObject({ reason: { name: 'MasterKeyChangedMeanwhile' } });
      await open(won === 0 ? SECOND : THIRD);
      await refused(won === 0 ? THIRD : SECOND);
      await refused(FIRST);
    });

    it('opens nothing that was altered, and no root key of another master key', async () => {
      const keyring = await open(FIRST);
      await keyring.obtain(ALICE);
      const { sealedRootKey } = keyring;
      for (const record of [
        sealedRootKey.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
        sealedRootKey.slice(0, -1),
        new Uint8Array(),
        SECOND.createRootKey(),
      ]) {
        await store.putRootKey(record);
        await refused(FIRST);
      }
      await store.putRootKey(sealedRootKey);
      await open(FIRST);
    });

    it('has the root key stand nowhere in the clear', async () => {
      const { keys, sealedRootKey } = await open(FIRST);
      // 12 bytes nonce, 32 bytes encrypted key, 16 bytes tag.
      expect(sealedRootKey).toHaveLength(60);
      for (let from = 0; from + 32 <= sealedRootKey.length; from++)
        expect(new KeyMaterial(sealedRootKey.subarray(from, from + 32)).equals(keys)).toBe(false);
    });

    it('opens a store of before a change as of its time', async () => {
      const keyring = await open(FIRST);
      const { sealedRootKey } = keyring;
      const secret = secretOf(keyring);
      await keyring.changeMasterKey(SECOND);
      await store.putRootKey(sealedRootKey);
      expect(secretOf(await open(FIRST))).toStrictEqual(secret);
      await refused(SECOND);
    });

    describe('where it was itself the root key, as in stores of before there were any', () => {
      const ITSELF = 'latchkey/1/of this test';

      it('opens it still, and is changed like any other', async () => {
        await open(FIRST);
        await store.putRootKey(CHECK_VALUE);
        const keyring = await open(FIRST);
        expect(secretOf(keyring)).toStrictEqual(
          Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 7), '', ITSELF, 32)),
        );
        expect(Buffer.from(keyring.sealedRootKey)).toStrictEqual(CHECK_VALUE);
        await refused(SECOND);

        expect(await keyring.changeMasterKey(FIRST)).toBe(false);
        expect(await keyring.changeMasterKey(SECOND)).toBe(true);
        await refused(FIRST);
        expect(secretOf(await open(SECOND))).toStrictEqual(secretOf(keyring));
      });
    });
  });
}
