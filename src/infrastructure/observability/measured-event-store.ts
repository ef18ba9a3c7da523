import type { Histogram } from 'prom-client';
import type {
  Appended,
  EventFilter,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  Position,
  RecordedEvent,
  Revision,
  Subscription,
} from '../../application/ports/event-store.js';

/** Any event store, with the time of its appends taken. */
export class MeasuredEventStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly seconds: Histogram,
  ) {}

  async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    const begun = performance.now();
    try {
      return await this.store.append(stream, events, expected);
    } finally {
      this.seconds.observe((performance.now() - begun) / 1000);
    }
  }

  readStream(stream: string, from: Revision): AsyncIterable<RecordedEvent> {
    return this.store.readStream(stream, from);
  }

  streamsNamed(prefix: string): AsyncIterable<string> {
    return this.store.streamsNamed(prefix);
  }

  readAll(after: Position, filter?: EventFilter): AsyncIterable<RecordedEvent> {
    return this.store.readAll(after, filter);
  }

  subscribeAll(after: Position, filter?: EventFilter): Subscription {
    return this.store.subscribeAll(after, filter);
  }

  readAt(positions: readonly Position[]): Promise<readonly (RecordedEvent | undefined)[]> {
    return this.store.readAt(positions);
  }

  head(): Promise<Position> {
    return this.store.head();
  }
}
