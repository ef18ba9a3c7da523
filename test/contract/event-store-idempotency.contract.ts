import { describe, expect, it } from '@jest/globals';
import { EventIdReused, WrongExpectedRevision } from '../../src/application/ports/event-store.js';
import { asRecorded, someEvent, someEvents, wholeLog } from './event-store-samples.js';
import type { CurrentStore, FindsIds } from './event-store-samples.js';

export function idempotencyContract(current: CurrentStore, finds: FindsIds): void {
  describe('appending again', () => {
    it('writes nothing where the same events stand there, in the same turn or later', async () => {
      const { store } = current();
      const events = someEvents(2);
      const append = () => store.append('account-a.1', events, 'no-stream');
      const place = { revision: 1, position: 2 };
      expect(await Promise.all([append(), append()])).toStrictEqual([{ ...place }, { ...place }]);
      expect(await append()).toStrictEqual({ ...place });
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', events, { revision: 0, position: 1 }),
      );
    });

    it('answers with the first place where other events came after', async () => {
      const { store } = current();
      const [before, events, after] = [someEvents(1), someEvents(2), someEvents(2)];
      await store.append('account-a.1', before, 'no-stream');
      await store.append('account-a.1', events, 0);
      await store.append('account-a.1', after, 2);
      expect(await store.append('account-a.1', events, 0)).toStrictEqual({
        revision: 2,
        position: 3,
      });
      expect(await store.head()).toBe(5);
    });

    it('goes by the ids and not by the bodies, for what is recorded stays', async () => {
      const { store } = current();
      const event = someEvent();
      await store.append('account-a.1', [event], 'no-stream');
      const altered = { ...event, body: Uint8Array.of(9) };
      expect(await store.append('account-a.1', [altered], 'no-stream')).toStrictEqual({
        revision: 0,
        position: 1,
      });
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', [event], { revision: 0, position: 1 }),
      );
    });

    it('refuses events of which only the first ones stand there', async () => {
      const { store } = current();
      const [first, second, third] = [someEvent(), someEvent(), someEvent()];
      await store.append('account-a.1', [first, second], 'no-stream');
      const reused = new EventIdReused(first.eventId);
      await expect(store.append('account-a.1', [first, second, third], 'no-stream')).rejects.toStrictEqual(
        reused,
      );
      await expect(store.append('account-a.1', [first, third], 'no-stream')).rejects.toStrictEqual(reused);
      expect(await store.head()).toBe(2);
    });

    it('takes the first event for another append where only later ones stand there', async () => {
      const { store } = current();
      const [first, second, third] = [someEvent(), someEvent(), someEvent()];
      await store.append('account-a.1', [first, second], 'no-stream');
      await expect(store.append('account-a.1', [third, second], 'no-stream')).rejects.toStrictEqual(
        new WrongExpectedRevision('account-a.1', 'no-stream', 1),
      );
      expect(await store.head()).toBe(2);
    });

    it('refuses an append that holds an id twice', async () => {
      const { store } = current();
      const event = someEvent();
      await expect(
        store.append('account-a.1', [someEvent(), event, event], 'no-stream'),
      ).rejects.toStrictEqual(new EventIdReused(event.eventId));
      expect(await store.head()).toBe(0);
    });
  });

  if (finds !== 'anywhere') return;

  describe('using an id again', () => {
    it.each([
      ['in another stream', 'account-a.2', 'no-stream'],
      ['earlier in the same stream', 'account-a.1', 1],
    ] as const)('refuses an id that stands %s', async (_, stream, expected) => {
      const { store } = current();
      const [first, second] = [someEvent(), someEvent()];
      await store.append('account-a.1', [first, second], 'no-stream');
      await expect(store.append(stream, [someEvent(), second], expected)).rejects.toStrictEqual(
        new EventIdReused(second.eventId),
      );
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', [first, second], { revision: 0, position: 1 }),
      );
    });

    it('refuses an id that another append of the same turn was first to use', async () => {
      const { store } = current();
      const event = someEvent();
      const [first, second] = await Promise.allSettled([
        store.append('account-a.1', [event], 'no-stream'),
        store.append('account-a.2', [event], 'no-stream'),
      ]);
      expect(first).toStrictEqual({
        status: 'fulfilled',
        value: { revision: 0, position: 1 },
      });
      expect(second).toStrictEqual({ status: 'rejected', reason: new EventIdReused(event.eventId) });
    });
  });
}
