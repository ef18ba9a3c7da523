import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GoneReceiverStore } from '../../src/infrastructure/webhooks/gone-receivers.js';
import type { ServiceStoresUnderTest } from './service-stores.contract.js';

const SINCE = Date.parse('2026-03-02T09:00:00.000Z');
const HOOKS = { rp: 'mpchat', takes: 'webhooks', url: 'https://mp.net/hooks' } as const;
const EVENTS = { ...HOOKS, takes: 'security-events' } as const;

export function goneReceiversContract(open: () => Promise<ServiceStoresUnderTest>): void {
  describe('receivers that are gone', () => {
    let opened: ServiceStoresUnderTest;
    let gone: GoneReceiverStore;
    let others: GoneReceiverStore;

    beforeEach(async () => {
      opened = await open();
      gone = opened.stores.goneReceivers;
      others = (await opened.another()).goneReceivers;
    });
    afterEach(() => opened.close());

    it('are known to every process, by product, kind and URL', async () => {
      expect(await gone.add({ ...HOOKS, since: SINCE })).toBe(true);
      expect(await others.has(HOOKS)).toBe(true);
      expect(await others.list()).toStrictEqual([{ ...HOOKS, since: SINCE }]);
      expect(await others.has(EVENTS)).toBe(false);
      expect(await others.has({ ...HOOKS, rp: 'moomoo' })).toBe(false);
      expect(await others.has({ ...HOOKS, url: 'https://mp.net/hooks/' })).toBe(false);
    });

    it('are added once, since when they said so first', async () => {
      const added = await Promise.all(
        [gone, others, gone].map((store, later) => store.add({ ...HOOKS, since: SINCE + later })),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      const kept = await gone.list();
      expect(await others.add({ ...HOOKS, since: SINCE + 9 })).toBe(false);
      expect(await gone.list()).toStrictEqual(kept);
    });

    it('give way to the next one of the same product', async () => {
      const next = { ...HOOKS, url: 'https://mp.net/other', since: SINCE + 1 };
      await gone.add({ ...HOOKS, since: SINCE });
      expect(await others.add(next)).toBe(true);
      expect(await gone.list()).toStrictEqual([next]);
      expect(await gone.has(HOOKS)).toBe(false);
    });

    it('are none any more when they are removed, and no other with them', async () => {
      await gone.add({ ...HOOKS, since: SINCE });
      await gone.add({ ...EVENTS, since: SINCE });
      expect(await others.remove('moomoo', 'webhooks')).toBe(false);
      expect(await others.remove('mpchat', 'webhooks')).toBe(true);
      expect(await others.remove('mpchat', 'webhooks')).toBe(false);
      expect(await gone.list()).toStrictEqual([{ ...EVENTS, since: SINCE }]);
      expect(await gone.add({ ...HOOKS, since: SINCE + 1 })).toBe(true);
    });
  });
}
