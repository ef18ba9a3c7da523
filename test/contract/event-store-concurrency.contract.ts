import { describe, expect, it } from '@jest/globals';
import { EventIdReused, WrongExpectedRevision } from '../../src/application/ports/event-store.js';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import {
  asRecorded,
  collect,
  collectBatches,
  numbersFrom,
  someEvent,
  someEvents,
  wholeLog,
} from './event-store-samples.js';
import type { CurrentStore, FindsIds } from './event-store-samples.js';

const WRITERS = 64;
const APPENDS_EACH = 12;
/** Every third append is of two events. */
const EVENTS_EACH = APPENDS_EACH + APPENDS_EACH / 3;

const streamOf = (writer: number) => `account-a.${writer}`;

async function writeInTurn(store: EventStore, writer: number): Promise<void> {
  let revision = -1;
  for (let turn = 0; turn < APPENDS_EACH; turn += 1) {
    const events = someEvents(turn % 3 === 0 ? 2 : 1);
    ({ revision } = await store.append(streamOf(writer), events, revision < 0 ? 'no-stream' : revision));
  }
}

const writeAtOnce = (store: EventStore) =>
  Promise.all(numbersFrom(0, WRITERS).map((writer) => writeInTurn(store, writer)));

/** Asks again and again for what came since, as somebody does who has no subscription. */
async function readUntil(store: EventStore, count: number): Promise<RecordedEvent[]> {
  const seen: RecordedEvent[] = [];
  while (seen.length < count) seen.push(...(await collect(store.readAll(seen.at(-1)?.position ?? 0))));
  return seen;
}

export function concurrencyContract(current: CurrentStore, finds: FindsIds): void {
  describe('appending at once', () => {
    it('lets one of many win a stream, with its events whole', async () => {
      const { store } = current();
      const contenders = numbersFrom(0, WRITERS).map(() => someEvents(3));
      const outcomes = await Promise.allSettled(
        contenders.map((events) => store.append('account-a.1', events, 'no-stream')),
      );
      const winners = contenders.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(
        outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])),
      ).toStrictEqual(Array(WRITERS - 1).fill(new WrongExpectedRevision('account-a.1', 'no-stream', 2)));
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', winners[0] ?? [], { revision: 0, position: 1 }),
      );
    });

    it('lets all win who write to streams of their own', async () => {
      const { store } = current();
      const appended = await Promise.all(
        numbersFrom(0, WRITERS).map((writer) => store.append(streamOf(writer), [someEvent()], 'no-stream')),
      );
      expect(appended.map(({ revision }) => revision)).toStrictEqual(Array(WRITERS).fill(0));
      expect(appended.map(({ position }) => position).sort((a, b) => a - b)).toStrictEqual(
        numbersFrom(1, WRITERS),
      );
    });

    it('lets losers harm no winner of the same turn', async () => {
      const { store } = current();
      const there = someEvent();
      await store.append('account-a.0', [there], 'no-stream');
      const [first, second] = [someEvents(2), someEvents(2)];
      const outcomes = await Promise.allSettled([
        store.append('account-a.1', first, 'no-stream'),
        store.append('account-a.0', [someEvent()], 'no-stream'),
        finds === 'anywhere'
          ? store.append('account-a.3', [someEvent(), there], 'no-stream')
          : store.append('account-a.0', [there, someEvent()], 'no-stream'),
        store.append('account-a.2', second, 'no-stream'),
      ]);
      expect(outcomes).toStrictEqual([
        { status: 'fulfilled', value: { revision: 1, position: 3 } },
        { status: 'rejected', reason: new WrongExpectedRevision('account-a.0', 'no-stream', 0) },
        { status: 'rejected', reason: new EventIdReused(there.eventId) },
        { status: 'fulfilled', value: { revision: 1, position: 5 } },
      ]);
      expect(await wholeLog(store)).toStrictEqual([
        ...asRecorded('account-a.0', [there], { revision: 0, position: 1 }),
        ...asRecorded('account-a.1', first, { revision: 0, position: 2 }),
        ...asRecorded('account-a.2', second, { revision: 0, position: 4 }),
      ]);
    });

    it('lets appends of one turn build on each other', async () => {
      const { store } = current();
      const [first, second] = [someEvents(2), someEvents(1)];
      await Promise.all([
        store.append('account-a.1', first, 'no-stream'),
        store.append('account-a.1', second, 1),
      ]);
      expect(await wholeLog(store)).toStrictEqual(
        asRecorded('account-a.1', [...first, ...second], { revision: 0, position: 1 }),
      );
    });

    it('shows readers and subscribers the same order without a gap while many write', async () => {
      const { store } = current();
      const total = WRITERS * EVENTS_EACH;
      const [, read, subscribed] = await Promise.all([
        writeAtOnce(store),
        readUntil(store, total),
        collectBatches(store.subscribeAll(0), total),
      ]);
      const log = await wholeLog(store);
      expect(log.map(({ position }) => position)).toStrictEqual(numbersFrom(1, total));
      expect(read).toStrictEqual(log);
      expect(subscribed).toStrictEqual(log);
      for (const writer of numbersFrom(0, WRITERS)) {
        const own = log.filter(({ stream }) => stream === streamOf(writer));
        expect(own.map(({ revision }) => revision)).toStrictEqual(numbersFrom(0, EVENTS_EACH));
        expect(await collect(store.readStream(streamOf(writer), 0))).toStrictEqual(own);
      }
    });
  });
}
