import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { StoredCheckpoints } from '../../src/infrastructure/audit/stored-checkpoints.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import type { ServiceStores } from '../../src/infrastructure/service/service-stores.js';
import { openCheckpoint } from '../../src/transparency/checkpoint.js';
import { parseVerifierKey } from '../../src/transparency/signed-note.js';
import type { ServiceStoresUnderTest } from './service-stores.contract.js';

const AT = Date.parse('2026-03-02T09:00:00.000Z');
const mpchat = as<RelyingPartySlug>('mpchat');
const moomoo = as<RelyingPartySlug>('moomoo');
const root = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

export function checkpointsContract(open: () => Promise<ServiceStoresUnderTest>): void {
  describe('checkpoints', () => {
    const sealer = new Sealer(randomBytes(32));
    let opened: ServiceStoresUnderTest;
    let checkpoints: StoredCheckpoints;
    /** In another process. */
    let others: StoredCheckpoints;

    const over = (stores: ServiceStores) =>
      new StoredCheckpoints(stores.checkpoints, sealer, 'https://passkeys.example', { now: () => AT });

    beforeEach(async () => {
      opened = await open();
      checkpoints = over(opened.stores);
      others = over(await opened.another());
    });
    afterEach(() => opened.close());

    it('are signed by one key of the log, whichever processes ask for it first', async () => {
      const [one, other] = await Promise.all([checkpoints.key(mpchat), others.key(mpchat)]);
      expect(one).toStrictEqual(other);
      expect(one.origin).toBe('passkeys.example/mpchat');
      expect(await over(await opened.another()).key(mpchat)).toStrictEqual(one);
      const { origin, publicKey } = await others.key(moomoo);
      expect(origin).toBe('passkeys.example/moomoo');
      expect(publicKey).not.toBe(one.publicKey);
    });

    it('keep the key that the log has, and give it to who brings another', async () => {
      const store = opened.stores.checkpoints;
      const first = { origin: 'first', sealed: Uint8Array.of(1) };
      expect(await store.key(mpchat)).toBeUndefined();
      expect(await store.addKey(mpchat, first, AT)).toEqual(first);
      const second = { origin: 'second', sealed: Uint8Array.of(2) };
      expect((await store.addKey(mpchat, second, AT)).origin).toBe('first');
    });

    it('say what was signed, to whoever has the public key', async () => {
      const signed = await checkpoints.sign(mpchat, 7, root(7), AT);
      expect(signed).toStrictEqual({ treeSize: 7, rootHash: root(7), signedAt: AT, note: signed.note });
      const { origin, verifierKey } = await others.key(mpchat);
      expect(openCheckpoint(signed.note, parseVerifierKey(verifierKey))).toStrictEqual({
        origin,
        treeSize: 7,
        rootHash: root(7),
      });
    });

    it('are one of a size, however many processes sign it', async () => {
      const signing = [checkpoints, others].map((each, index) => each.sign(mpchat, 7, root(7), AT + index));
      const [one, other] = await Promise.all(signing);
      expect(one).toStrictEqual(other);
      expect(await checkpoints.sign(mpchat, 7, root(7), AT + 9)).toStrictEqual(one);
      expect(await others.latest(mpchat)).toStrictEqual(one);
    });

    it('have the largest tree for their latest, though a smaller one was signed after it', async () => {
      expect(await checkpoints.latest(mpchat)).toBeUndefined();
      const large = await checkpoints.sign(mpchat, 10, root(10), AT);
      const small = await others.sign(mpchat, 9, root(9), AT + 1);
      expect(small.treeSize).toBe(9);
      expect(await others.latest(mpchat)).toStrictEqual(large);
      expect(await checkpoints.latest(moomoo)).toBeUndefined();
    });

    it('leave no private key in what is kept', async () => {
      const { publicKey } = await checkpoints.key(mpchat);
      const stored = await opened.stores.checkpoints.key(mpchat);
      if (stored === undefined) throw new Error('the log has no key');
      const der = Buffer.from(sealer.open('log-key|mpchat', stored.sealed));
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
      expect(Buffer.from(x, 'base64url').toString('base64')).toBe(publicKey);
      const bytes = await opened.bytes();
      expect(bytes.includes(Buffer.from(stored.sealed))).toBe(true);
      expect(bytes.includes(der)).toBe(false);
      // RFC 8410 §7: the seed is what the encoding ends with.
      expect(bytes.includes(der.subarray(-32))).toBe(false);
    });

    it('are signed with no key of another log', async () => {
      await checkpoints.key(mpchat);
      const stored = await opened.stores.checkpoints.key(mpchat);
      if (stored !== undefined) await opened.stores.checkpoints.addKey(moomoo, stored, AT);
      await expect(others.sign(moomoo, 1, root(1), AT)).rejects.toThrow('sealed bytes could not be opened');
    });
  });
}
