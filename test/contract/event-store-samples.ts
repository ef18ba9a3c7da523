import { randomUUID } from 'node:crypto';
import type {
  EventStore,
  EventToAppend,
  Position,
  RecordedEvent,
  Subscription,
} from '../../src/application/ports/event-store.js';

/** A store under test. */
export interface OpenEventStore {
  readonly store: EventStore;
  /** Closes the store and opens another on the same data; absent where a store keeps its data elsewhere. */
  readonly reopen?: () => Promise<EventStore>;
  readonly close: () => Promise<void>;
}

/** Where a store notices that an event id is used again. */
export type FindsIds = 'anywhere' | 'in place';

/** Gives each test the store that was opened for it. */
export type CurrentStore = () => OpenEventStore;

export function someEvent(parts: Partial<EventToAppend> = {}): EventToAppend {
  return { eventId: randomUUID(), type: 'PasskeyRenamed', body: Uint8Array.of(1, 2, 3), ...parts };
}

export const someEvents = (count: number, parts: Partial<EventToAppend> = {}): EventToAppend[] =>
  Array.from({ length: count }, () => someEvent(parts));

/** The given events as a reader sees them, recorded one after the other. */
export function asRecorded(
  stream: string,
  events: readonly EventToAppend[],
  at: { readonly revision: number; readonly position: Position },
): RecordedEvent[] {
  return events.map((event, index) => ({
    ...event,
    stream,
    revision: at.revision + index,
    position: at.position + index,
  }));
}

export const wholeLog = (store: EventStore): Promise<RecordedEvent[]> => collect(store.readAll(0));

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Reads batches until enough events came or, without a number, until the reader was told that it had caught up. */
export async function collectBatches(subscription: Subscription, count?: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of subscription.batches()) {
    events.push(...batch.events);
    if (count === undefined ? batch.caughtUp : events.length >= count) break;
  }
  subscription.stop();
  return events;
}

export const numbersFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);
