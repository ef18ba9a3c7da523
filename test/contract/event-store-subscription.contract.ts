import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventBatch, EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import {
  asRecorded,
  collectBatches,
  numbersFrom,
  someEvent,
  someEvents,
  wholeLog,
} from './event-store-samples.js';
import type { CurrentStore } from './event-store-samples.js';

const LARGEST_BATCH = 1_000;

const DONE = { done: true, value: undefined };

function follow(store: EventStore, ...from: Parameters<EventStore['subscribeAll']>) {
  const subscription = store.subscribeAll(...from);
  return { subscription, batches: subscription.batches()[Symbol.asyncIterator]() };
}

const batchOf = (
  events: readonly RecordedEvent[],
  caughtUp: boolean,
  position = events.at(-1)?.position ?? 0,
) => ({
  done: false,
  value: { events, position, caughtUp },
});

/** All events up to the first batch that is wanted, and that batch. */
async function batchesUntil(
  batches: AsyncIterator<EventBatch, unknown>,
  isWanted: (batch: EventBatch) => boolean,
): Promise<{ readonly events: readonly RecordedEvent[]; readonly last: EventBatch }> {
  const events: RecordedEvent[] = [];
  for (;;) {
    const next = await batches.next();
    if (next.done === true) throw new Error('the subscription ended');
    events.push(...next.value.events);
    if (isWanted(next.value)) return { events, last: next.value };
  }
}

export function subscriptionContract(current: CurrentStore): void {
  describe('a subscription', () => {
    it('says that it has caught up with an empty log, then hands over what comes', async () => {
      const { store } = current();
      const { subscription, batches } = follow(store, 0);
      expect(await batches.next()).toStrictEqual(batchOf([], true));
      for (const position of [1, 2]) {
        const live = batches.next();
        const event = someEvent();
        await store.append(`account-a.${position}`, [event], 'no-stream');
        expect(await live).toStrictEqual(
          batchOf(asRecorded(`account-a.${position}`, [event], { revision: 0, position }), true),
        );
      }
      subscription.stop();
    });

    it('says with the batch that brought it there that it has caught up', async () => {
      const { store } = current();
      await store.append('account-a.1', someEvents(LARGEST_BATCH + 1), 'no-stream');
      const log = await wholeLog(store);
      const { subscription, batches } = follow(store, 0);
      expect(await batches.next()).toStrictEqual(batchOf(log.slice(0, LARGEST_BATCH), false));
      expect(await batches.next()).toStrictEqual(batchOf(log.slice(LARGEST_BATCH), true));
      subscription.stop();
    });

    it('says that it is behind again where more came than one batch holds', async () => {
      const { store } = current();
      const { subscription, batches } = follow(store, 0);
      expect(await batches.next()).toStrictEqual(batchOf([], true));
      await store.append('account-a.1', someEvents(LARGEST_BATCH + 1), 'no-stream');
      const log = await wholeLog(store);
      expect(await batches.next()).toStrictEqual(batchOf(log.slice(0, LARGEST_BATCH), false));
      expect(await batches.next()).toStrictEqual(batchOf(log.slice(LARGEST_BATCH), true));
      subscription.stop();
    });

    it('never waits for ever where an append falls between its looking and its waiting', async () => {
      const { store } = current();
      const total = 200;
      const followed = collectBatches(store.subscribeAll(0), total);
      for (const count of numbersFrom(0, total)) {
        await store.append('account-a.1', [someEvent()], count === 0 ? 'no-stream' : count - 1);
        if (count % 3 === 0) await nextTurn();
      }
      expect(await followed).toStrictEqual(await wholeLog(store));
    });

    it('holds no more than a batch for a reader that does not ask', async () => {
      const { store } = current();
      const body = new Uint8Array(8 * 1024);
      const batchSize = LARGEST_BATCH * body.length;
      for (const part of numbersFrom(0, 16)) {
        await store.append(`account-a.${part}`, someEvents(250, { body }), 'no-stream');
      }
      const before = bytesHeld();
      const { subscription, batches } = follow(store, 0);
      const { value: first } = (await batches.next()) as { value: { events: readonly RecordedEvent[] } };
      for (const _ of numbersFrom(0, 100)) await nextTurn();
      expect(bytesHeld() - before).toBeLessThan(1.25 * batchSize);
      expect(first.events).toHaveLength(LARGEST_BATCH);
      subscription.stop();
    });

    it('slows no writer while its reader does not ask', async () => {
      const { store } = current();
      const { subscription, batches } = follow(store, 0);
      await batches.next();
      await Promise.all(
        numbersFrom(0, 64).map((writer) => store.append(`account-a.${writer}`, [someEvent()], 'no-stream')),
      );
      expect(await batches.next()).toStrictEqual(batchOf(await wholeLog(store), true));
      subscription.stop();
    });

    it.each([-1, 0.5, Number.NaN])('refuses to begin after %d', (after) => {
      expect(() => current().store.subscribeAll(after)).toThrow(RangeError);
    });
  });

  describe('a subscription that resumes', () => {
    const TOTAL = 2_100;
    const STREAMS = ['account-a.1', 'account-b.1', 'credential-a'];
    const TYPES = ['PasskeyUsed', 'PasskeyRenamed'];
    let log: RecordedEvent[];

    beforeEach(async () => {
      const { store } = current();
      const revisions = new Map<string, number>();
      for (let written = 0; written < TOTAL; written += 7) {
        const stream = STREAMS[written % STREAMS.length] ?? '';
        const events = someEvents(7, { type: TYPES[written % TYPES.length] ?? '' });
        const appended = await store.append(stream, events, revisions.get(stream) ?? 'no-stream');
        revisions.set(stream, appended.revision);
      }
      log = await wholeLog(store);
    });

    it('goes on after any position, whatever it lets pass', async () => {
      const { store } = current();
      const filters = fc.record(
        {
          streamPrefixes: fc.subarray(['account-', 'account-b.', 'credential-']),
          withoutTypes: fc.subarray([...TYPES, 'AccountErased']),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: TOTAL }), filters, async (after, filter) => {
          const { streamPrefixes = [''], withoutTypes = [] } = filter;
          expect(await collectBatches(store.subscribeAll(after, filter))).toStrictEqual(
            log
              .slice(after)
              .filter(({ stream }) => streamPrefixes.some((prefix) => stream.startsWith(prefix)))
              .filter(({ type }) => !withoutTypes.includes(type)),
          );
        }),
        {
          numRuns: 40,
          examples: [
            [0, {}],
            [TOTAL, {}],
            [LARGEST_BATCH, {}],
          ],
        },
      );
    });
  });

  describe('a subscription with a filter', () => {
    it('catches up with a log of which nothing is for it, and then finds what is', async () => {
      const { store } = current();
      await store.append('credential-a', someEvents(LARGEST_BATCH + 500), 'no-stream');
      const { subscription, batches } = follow(store, 0, { streamPrefixes: ['account-'] });
      expect((await batchesUntil(batches, ({ caughtUp }) => caughtUp)).events).toStrictEqual([]);
      await store.append('credential-b', someEvents(2), 'no-stream');
      const event = someEvent();
      const { position } = await store.append('account-a.1', [event], 'no-stream');
      const { events, last } = await batchesUntil(batches, (batch) => batch.events.length > 0);
      expect(events).toStrictEqual(asRecorded('account-a.1', [event], { revision: 0, position }));
      expect(last.position).toBe(position);
      subscription.stop();
    });

    it('says how far it has read, though all that it read is left out', async () => {
      const { store } = current();
      const leftOut = { type: 'PasskeyUsed' };
      await store.append('account-a.1', [someEvent()], 'no-stream');
      await store.append('account-a.1', someEvents(LARGEST_BATCH + 500, leftOut), 0);
      const { subscription, batches } = follow(store, 0, { withoutTypes: [leftOut.type] });
      const { events, last } = await batchesUntil(batches, ({ caughtUp }) => caughtUp);
      expect(events).toStrictEqual((await wholeLog(store)).slice(0, 1));
      expect(last.position).toBe(LARGEST_BATCH + 501);
      const live = batchesUntil(batches, ({ position }) => position === LARGEST_BATCH + 502);
      await store.append('account-a.1', [someEvent(leftOut)], LARGEST_BATCH + 500);
      expect((await live).events).toStrictEqual([]);
      subscription.stop();
    });
  });

  describe('stopping a subscription', () => {
    it('ends a wait for more', async () => {
      const { subscription, batches } = follow(current().store, 0);
      await batches.next();
      const waiting = batches.next();
      await nextTurn();
      subscription.stop();
      expect(await waiting).toStrictEqual(DONE);
      expect(await batches.next()).toStrictEqual(DONE);
    });

    it('hands over nothing more though more is there', async () => {
      const { store } = current();
      await store.append('account-a.1', someEvents(LARGEST_BATCH + 1), 'no-stream');
      const { subscription, batches } = follow(store, 0);
      await batches.next();
      subscription.stop();
      expect(await batches.next()).toStrictEqual(DONE);
    });

    it('counts though nobody has asked yet', async () => {
      const { subscription, batches } = follow(current().store, 0);
      subscription.stop();
      expect(await batches.next()).toStrictEqual(DONE);
    });

    it('leaves other subscriptions alone', async () => {
      const { store } = current();
      const [stopped, other] = [follow(store, 0), follow(store, 0)];
      await Promise.all([stopped.batches.next(), other.batches.next()]);
      const live = other.batches.next();
      stopped.subscription.stop();
      await store.append('account-a.1', [someEvent()], 'no-stream');
      expect(await live).toStrictEqual(batchOf(await wholeLog(store), true));
      other.subscription.stop();
    });
  });
}

/** Without what is garbage: it is collected first. Twice, for the first time only begins to give buffers back. */
function bytesHeld(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}
