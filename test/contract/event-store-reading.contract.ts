import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { asRecorded, collect, numbersFrom, someEvent, someEvents, wholeLog } from './event-store-samples.js';
import type { CurrentStore } from './event-store-samples.js';

export function readingContract(current: CurrentStore): void {
  describe('reading a stream', () => {
    it('finds nothing where the stream is not, not even beside one whose name begins so', async () => {
      const { store } = current();
      await store.append('account-a.10', [someEvent()], 'no-stream');
      expect(await collect(store.readStream('account-a.1', 0))).toStrictEqual([]);
    });

    it('begins at the revision asked for', async () => {
      const { store } = current();
      const events = someEvents(4);
      await store.append('account-a.0', [someEvent()], 'no-stream');
      await store.append('account-a.1', events, 'no-stream');
      const recorded = asRecorded('account-a.1', events, { revision: 0, position: 2 });
      for (const from of [0, 1, 3, 4, 99]) {
        expect(await collect(store.readStream('account-a.1', from))).toStrictEqual(recorded.slice(from));
      }
    });

    it.each([1_000, 2_345])('reads a stream of %d events whole', async (count) => {
      const { store } = current();
      const events = someEvents(count);
      await store.append('account-a.1', events, 'no-stream');
      const recorded = asRecorded('account-a.1', events, { revision: 0, position: 1 });
      expect(await collect(store.readStream('account-a.1', 0))).toStrictEqual(recorded);
      expect(await collect(store.readStream('account-a.1', 999))).toStrictEqual(recorded.slice(999));
    });

    it.each([-1, 0.5, Number.NaN])('refuses to begin at %d', async (from) => {
      await expect(collect(current().store.readStream('account-a.1', from))).rejects.toThrow(RangeError);
    });
  });

  describe('reading at positions', () => {
    it('gives the events in the order asked for, and nothing where there is none', async () => {
      const { store } = current();
      const events = someEvents(3);
      await store.append('account-a.1', events, 'no-stream');
      const recorded = asRecorded('account-a.1', events, { revision: 0, position: 1 });
      expect(await store.readAt([3, 0, 1, 4, 3])).toStrictEqual([
        recorded[2],
        undefined,
        recorded[0],
        undefined,
        recorded[2],
      ]);
      expect(await store.readAt([])).toStrictEqual([]);
    });

    it('refuses what is no position, and more than a thousand', async () => {
      const { store } = current();
      await expect(store.readAt([1, -1])).rejects.toThrow(RangeError);
      await expect(store.readAt([0.5])).rejects.toThrow(RangeError);
      await expect(store.readAt(Array<number>(1_001).fill(1))).rejects.toThrow(RangeError);
    });
  });

  describe('reading the log', () => {
    it('finds nothing in an empty one', async () => {
      expect(await wholeLog(current().store)).toStrictEqual([]);
    });

    it('begins after the position asked for and reads all pages', async () => {
      const { store } = current();
      const events = someEvents(2_345);
      await store.append('account-a.1', events, 'no-stream');
      const recorded = asRecorded('account-a.1', events, { revision: 0, position: 1 });
      for (const after of [0, 1, 999, 1_000, 1_345, 2_344, 2_345, 9_999]) {
        expect(await collect(store.readAll(after))).toStrictEqual(recorded.slice(after));
      }
    });

    it('ends at what was recorded when it began, though somebody goes on writing', async () => {
      const { store } = current();
      const count = 1_001;
      await store.append('account-a.1', someEvents(count), 'no-stream');
      const seen: number[] = [];
      for await (const { position } of store.readAll(0)) {
        if (seen.length === 0) await store.append('account-a.1', someEvents(2), count - 1);
        seen.push(position);
      }
      expect(seen).toStrictEqual(numbersFrom(1, count));
      expect(await store.head()).toBe(count + 2);
    });

    it('lets other work go on between pages', async () => {
      const { store } = current();
      await store.append('account-a.1', someEvents(3_500), 'no-stream');
      let turns = 0;
      let reading = true;
      const count = () => {
        turns += 1;
        if (reading) setImmediate(count);
      };
      setImmediate(count);
      await wholeLog(store);
      reading = false;
      expect(turns).toBeGreaterThanOrEqual(3);
    });

    it.each([-1, 0.5, Number.NaN])('refuses to begin after %d', async (after) => {
      await expect(collect(current().store.readAll(after))).rejects.toThrow(RangeError);
    });
  });

  describe('reading the log through a filter', () => {
    const STREAMS = [
      'account-a.1',
      'account-b.1',
      'account-a.2',
      'credential-a',
      'Account-a.3',
      'account-%',
      'account-*',
    ];
    let log: RecordedEvent[];

    beforeEach(async () => {
      const { store } = current();
      for (const stream of STREAMS) await store.append(stream, someEvents(2), 'no-stream');
      log = await wholeLog(store);
    });

    it.each([
      ['account-a.', ['account-a.1', 'account-a.2']],
      ['account-%', ['account-%']],
      ['credential-a', ['credential-a']],
      ['credential-a.', []],
      ['nobody-', []],
    ])('names each stream that begins with %j once, in their order', async (prefix, named) => {
      expect(await collect(current().store.streamsNamed(prefix))).toStrictEqual(named);
    });

    it.each([
      [['account-a.']],
      [['account-b.', 'credential-']],
      [['account-a.', 'account-a.1', 'account-']],
      [['account-%']],
      [['account-*', 'account-_', 'account-[']],
      [['']],
      [['nobody-']],
      [[]],
    ])('passes streams whose names begin with one of %j, letter by letter', async (streamPrefixes) => {
      expect(await collect(current().store.readAll(0, { streamPrefixes }))).toStrictEqual(
        log.filter(({ stream }) => streamPrefixes.some((prefix) => stream.startsWith(prefix))),
      );
    });

    it.each([
      [['PasskeyUsed']],
      [['PasskeyUsed', 'PasskeyRenamed']],
      [['passkeyused', 'Passkey%', 'PasskeyUse', "PasskeyUsed' or '1'='1"]],
      [[]],
    ])('leaves out events whose type is one of %j, letter by letter', async (withoutTypes) => {
      const { store } = current();
      await store.append('account-c.1', someEvents(2, { type: 'PasskeyUsed' }), 'no-stream');
      await store.append('account-c.1', [someEvent({ type: 'OfALaterRelease' })], 1);
      expect(await collect(store.readAll(0, { withoutTypes }))).toStrictEqual(
        (await wholeLog(store)).filter(({ type }) => !withoutTypes.includes(type)),
      );
    });

    it('lets pass what both its streams and its types let pass', async () => {
      const { store } = current();
      const used = someEvent({ type: 'PasskeyUsed' });
      const renamed = someEvent({ type: 'PasskeyRenamed' });
      const { position } = await store.append('account-c.1', [used, renamed], 'no-stream');
      await store.append('erasure-c.1', [someEvent()], 'no-stream');
      const filter = { streamPrefixes: ['account-c.'], withoutTypes: ['PasskeyUsed'] };
      expect(await collect(store.readAll(0, filter))).toStrictEqual(
        asRecorded('account-c.1', [renamed], { revision: 1, position }),
      );
    });

    it('begins after the position asked for', async () => {
      expect(await collect(current().store.readAll(5, { streamPrefixes: ['account-a.'] }))).toStrictEqual(
        log.filter(({ stream, position }) => stream.startsWith('account-a.') && position > 5),
      );
    });

    it('finds what lies behind many pages that it keeps back', async () => {
      const { store } = current();
      await store.append('identifier-a.1', someEvents(2_500), 'no-stream');
      const event = someEvent();
      const { position } = await store.append('erasure-a.1', [event], 'no-stream');
      expect(await collect(store.readAll(0, { streamPrefixes: ['erasure-'] }))).toStrictEqual(
        asRecorded('erasure-a.1', [event], { revision: 0, position }),
      );
    });
  });
}
