import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import type { ServiceStoresUnderTest } from './service-stores.contract.js';

const AT = Date.parse('2026-03-02T09:00:00.000Z');
/** In ms. What an answer may be late that is a second old: the cache's own clock is read once in a while. */
const LATE = 50;

export function apiKeysContract(open: () => Promise<ServiceStoresUnderTest>): void {
  describe('API keys', () => {
    let opened: ServiceStoresUnderTest;
    let keys: ApiKeys;
    /** In another process. */
    let others: ApiKeys;

    beforeEach(async () => {
      opened = await open();
      keys = new ApiKeys(opened.stores.apiKeys);
      others = new ApiKeys((await opened.another()).apiKeys);
    });
    afterEach(() => opened.close());

    it('are found by their secret and by their id, in every process', async () => {
      const { keyId, secret } = await keys.create('mpchat', ['audit', 'accounts'], 'an auditor', AT);
      const key = { keyId, rp: 'mpchat', scopes: ['accounts', 'audit'], label: 'an auditor', createdAt: AT };
      for (const each of [keys, others]) {
        expect(await each.find(secret)).toStrictEqual(key);
        expect(await each.current(keyId)).toStrictEqual(key);
        expect(await each.list()).toStrictEqual([key]);
      }
    });

    it('are none where nobody was given them', async () => {
      const { keyId, secret } = await keys.create('mpchat', ['audit'], '', AT);
      for (const wrong of [`${secret}A`, secret.slice(0, -1), keyId, '']) {
        expect(await keys.find(wrong)).toBeUndefined();
      }
      for (const wrong of [secret, `${keyId}A`, '']) expect(await keys.current(wrong)).toBeUndefined();
    });

    it('leave no secret in what is kept', async () => {
      const { keyId, secret } = await keys.create('mpchat', ['audit'], '', AT);
      await keys.find(secret);
      const bytes = await opened.bytes();
      expect(bytes.includes(keyId)).toBe(true);
      expect(bytes.includes(secret)).toBe(false);
      expect(bytes.includes(secret.slice(3))).toBe(false);
      expect(bytes.includes(Buffer.from(secret.slice(3), 'base64url'))).toBe(false);
    });

    it('are listed with the oldest first', async () => {
      for (const age of [0, 2, 1]) await keys.create('mpchat', ['audit'], `of ${age}`, AT - age);
      expect((await others.list()).map(({ label }) => label)).toStrictEqual(['of 2', 'of 1', 'of 0']);
    });

    it('that two processes accept at once are one', async () => {
      for (let round = 0; round < 20; round++) {
        const accepted = [keys, others].map((each) =>
          each.accept(`lk_chosen-${round}`, '*', ['admin'], 'development', AT + round),
        );
        const [one, other] = await Promise.all(accepted);
        expect(one).toBe(other);
        expect((await keys.list()).map(({ keyId }) => keyId).slice(round)).toStrictEqual([one]);
      }
    });

    it('that are accepted again have the scopes that were named last, though they were revoked', async () => {
      const keyId = await keys.accept('lk_chosen', 'mpchat', ['audit'], 'first', AT);
      await keys.revoke(keyId, AT);
      await keys.accept('lk_chosen', 'moomoo', ['admin'], 'second', AT + 1);
      const key = { keyId, rp: 'moomoo', scopes: ['admin'], label: 'first', createdAt: AT };
      expect(await others.find('lk_chosen')).toStrictEqual(key);
    });

    it('that were revoked are none from that moment by their id, and within a second by their secret', async () => {
      const { keyId, secret } = await keys.create('mpchat', ['audit'], '', AT);
      expect(await others.find(secret)).toBeDefined();
      expect(await keys.revoke(keyId, AT)).toBe(true);
      const revokedAt = performance.now();
      expect(await others.current(keyId)).toBeUndefined();
      expect(await others.list()).toStrictEqual([]);
      for (;;) {
        const askedAt = performance.now();
        if ((await others.find(secret)) === undefined) break;
        expect(askedAt - revokedAt).toBeLessThan(1_000 + LATE);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });

    it('are revoked once, and no other with them', async () => {
      const { keyId } = await keys.create('mpchat', ['audit'], '', AT);
      const { keyId: another } = await keys.create('mpchat', ['audit'], '', AT);
      expect(await others.revoke(keyId, AT)).toBe(true);
      expect(await keys.revoke(keyId, AT + 1)).toBe(false);
      expect(await keys.revoke('no-such-key', AT)).toBe(false);
      expect(await keys.current(another)).toBeDefined();
    });

    it('cost a caller no turn of the event loop once they are known', async () => {
      const { secret } = await keys.create('mpchat', ['audit'], '', AT);
      await keys.find(secret);
      let turned = false;
      setImmediate(() => (turned = true));
      for (let time = 0; time < 100; time++) await keys.find(secret);
      expect(turned).toBe(false);
    });
  });
}
