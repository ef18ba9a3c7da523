import { describe, expect, it } from '@jest/globals';
import { WrongExpectedRevision } from '../../src/application/ports/event-store.js';
import { asRecorded, collect, someEvent, someEvents, wholeLog } from './event-store-samples.js';
import type { CurrentStore } from './event-store-samples.js';

export function appendingContract(current: CurrentStore): void {
  describe('appending', () => {
    it('answers with the place of the last event', async () => {
      const { store } = current();
      expect(await store.append('account-a.1', someEvents(3), 'no-stream')).toStrictEqual({
        revision: 2,
        position: 3,
      });
      expect(await store.append('account-a.1', [someEvent()], 2)).toStrictEqual({
        revision: 3,
        position: 4,
      });
      expect(await store.append('account-a.2', [someEvent()], 'no-stream')).toStrictEqual({
        revision: 0,
        position: 5,
      });
    });

    it('keeps id, type and every byte of the body', async () => {
      const { store } = current();
      const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const events = [
        someEvent({ body: everyByte }),
        someEvent({ type: 'AccountLocked', body: new Uint8Array(0) }),
      ];
      await store.append('account-a.1', events, 'no-stream');
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', events, { revision: 0, position: 1 }),
      );
    });

    it.each([
      ['no stream, where there is one', 'no-stream', 1],
      ['an earlier revision', 0, 1],
      ['a later revision', 2, 1],
    ] as const)('refuses an append that expects %s', async (_, expected, actual) => {
      const { store } = current();
      const there = someEvents(2);
      await store.append('account-a.1', there, 'no-stream');
      await expect(store.append('account-a.1', [someEvent()], expected)).rejects.toStrictEqual(
        new WrongExpectedRevision('account-a.1', expected, actual),
      );
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', there, { revision: 0, position: 1 }),
      );
    });

    it('refuses an append that expects a stream where there is none', async () => {
      const { store } = current();
      await expect(store.append('account-a.1', [someEvent()], 0)).rejects.toStrictEqual(
        new WrongExpectedRevision('account-a.1', 0, 'no-stream'),
      );
      expect(await store.head()).toBe(0);
    });

    it.each([
      ['without events', 'account-a.1', [], 'no-stream'],
      ['without a stream name', '', [someEvent()], 'no-stream'],
      ['with an id that is no UUID', 'account-a.1', [someEvent({ eventId: '1' })], 'no-stream'],
      [
        'with an id in capitals',
        'account-a.1',
        [someEvent({ eventId: 'A'.repeat(8) + '-AAAA-4AAA-8AAA-' + 'A'.repeat(12) })],
        'no-stream',
      ],
      ['at a negative revision', 'account-a.1', [someEvent()], -1],
      ['at half a revision', 'account-a.1', [someEvent()], 0.5],
      ['at a revision that is not a number', 'account-a.1', [someEvent()], Number.NaN],
    ] as const)('refuses an append %s', async (_, stream, events, expected) => {
      const { store } = current();
      await expect(store.append(stream, events, expected)).rejects.toThrow(RangeError);
      expect(await store.head()).toBe(0);
    });

    it('counts the head from 0', async () => {
      const { store } = current();
      expect(await store.head()).toBe(0);
      await store.append('account-a.1', someEvents(2), 'no-stream');
      expect(await store.head()).toBe(2);
      await store.append('account-a.2', someEvents(3), 'no-stream');
      expect(await store.head()).toBe(5);
    });

    it('still has everything when it is opened again, and goes on from there', async () => {
      const { store, reopen } = current();
      if (reopen === undefined) return;
      const [first, second, third] = [someEvents(2), someEvents(1), someEvents(1)];
      await store.append('account-a.1', first, 'no-stream');
      await store.append('account-a.2', second, 'no-stream');
      const again = await reopen();
      expect(await again.append('account-a.1', first, 'no-stream')).toStrictEqual({
        revision: 1,
        position: 2,
      });
      await again.append('account-a.1', third, 1);
      expect(await wholeLog(again)).toStrictEqual([
        ...asRecorded('account-a.1', first, { revision: 0, position: 1 }),
        ...asRecorded('account-a.2', second, { revision: 0, position: 3 }),
        ...asRecorded('account-a.1', third, { revision: 2, position: 4 }),
      ]);
      expect(await collect(again.readStream('account-a.1', 1))).toStrictEqual([
        ...asRecorded('account-a.1', first.slice(1), { revision: 1, position: 2 }),
        ...asRecorded('account-a.1', third, { revision: 2, position: 4 }),
      ]);
    });
  });
}
