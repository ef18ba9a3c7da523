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
} from '../../../application/ports/event-store.js';
import { EventIdReused } from '../../../application/ports/event-store.js';
import { SerialQueue } from '../../../application/accounts/serial-queue.js';
import { repeated, requireAppendable, requireCount } from '../appendable.js';
import type { EventStoreAddress, Patience } from './event-store-client.js';
import { EventStoreClient } from './event-store-client.js';
import { EventStoreDbSubscription, PAGE } from './eventstoredb-subscription.js';
import { NewsOfEvents } from './news-of-events.js';

/** Reads of single positions under way at a time. */
const AT_A_TIME = 16;

/**
 * The events in EventStoreDB (KurrentDB). A position is the server's own: ordered, but with gaps, for it counts bytes and all that
 * others write. The server finds a repeated append by its place in the stream, so that an id that stands in another stream is not
 * noticed there.
 */
export class EventStoreDbEventStore implements EventStore {
  private readonly client: EventStoreClient;
  private readonly news: NewsOfEvents;
  private readonly queue = new SerialQueue();
  private readonly closing = new AbortController();

  constructor(address: EventStoreAddress, patience?: Patience) {
    this.client = new EventStoreClient(address, patience);
    this.news = new NewsOfEvents(this.client, this.closing.signal);
  }

  /** @throws RangeError for what can't be appended anywhere */
  async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    requireAppendable(stream, events, expected);
    const reused = repeated(events);
    if (reused !== undefined) throw new EventIdReused(reused.eventId);
    // One after the other in a stream: calls may overtake each other on their way.
    return this.queue.run(stream, () => this.client.append(stream, events, expected));
  }

  async *readStream(stream: string, from: Revision): AsyncGenerator<RecordedEvent, void, undefined> {
    requireCount('revision', from);
    let page: readonly RecordedEvent[];
    let next = from;
    do {
      page = await this.client.ofStream(stream, next, PAGE);
      yield* page;
      next += PAGE;
    } while (page.length === PAGE);
  }

  /** Reads the streams that begin so, of which nothing is kept but their names. */
  async *streamsNamed(prefix: string): AsyncGenerator<string, void, undefined> {
    const names: string[] = [];
    for await (const { revision, stream } of this.readAll(0, { streamPrefixes: [prefix] })) {
      if (revision === 0) names.push(stream);
    }
    yield* names.sort(byBytes);
  }

  async *readAll(after: Position, filter?: EventFilter): AsyncGenerator<RecordedEvent, void, undefined> {
    requireCount('position', after);
    const head = await this.head();
    let page: readonly RecordedEvent[];
    let last = after;
    const withoutTypes = new Set(filter?.withoutTypes);
    do {
      page = await this.client.ofLog(last, prefixesOf(filter), PAGE);
      for (const event of page) {
        if (event.position > head) return;
        if (!withoutTypes.has(event.type)) yield event;
      }
      last = page.at(-1)?.position ?? last;
    } while (page.length === PAGE && last < head);
  }

  subscribeAll(after: Position, filter?: EventFilter): Subscription {
    requireCount('position', after);
    return new EventStoreDbSubscription(
      this.client,
      this.news,
      this.closing.signal,
      after,
      prefixesOf(filter),
      new Set(filter?.withoutTypes),
    );
  }

  /** @throws RangeError for more than a thousand positions, or one that is none */
  async readAt(positions: readonly Position[]): Promise<readonly (RecordedEvent | undefined)[]> {
    if (positions.length > PAGE) throw new RangeError(`at most ${PAGE} positions at a time`);
    for (const position of positions) requireCount('position', position);
    const found: (RecordedEvent | undefined)[] = [];
    for (let start = 0; start < positions.length; start += AT_A_TIME) {
      const some = positions.slice(start, start + AT_A_TIME);
      found.push(...(await Promise.all(some.map((position) => this.client.at(position)))));
    }
    return found;
  }

  async head(): Promise<Position> {
    return (await this.client.last())?.position ?? 0;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.client.close();
  }
}

function prefixesOf({ streamPrefixes }: EventFilter = {}): readonly string[] {
  return streamPrefixes ?? [''];
}

/** As SQL stores with a binary collation have it. */
function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
