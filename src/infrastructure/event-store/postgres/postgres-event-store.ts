import { EventIdReused } from '../../../application/ports/event-store.js';
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
import { openStore } from '../../postgres/open-store.js';
import type { PostgresDatabase, PostgresOptions } from '../../postgres/postgres-database.js';
import { repeated, requireAppendable, requireCount } from '../appendable.js';
import { EventAppender } from './event-appender.js';
import { EVENT_LAYOUT } from './event-layout.js';
import { EventPages, PAGE } from './event-pages.js';
import { NewsOfEvents } from './news-of-events.js';
import { PostgresSubscription } from './postgres-subscription.js';

/**
 * The event store of any number of processes in one PostgreSQL database. An append is on disk when it answers
 * (`synchronous_commit=on`), and on the standbys that the server waits for; appends that are asked for together share a
 * transaction. A server that restarts goes by unseen where it is back within the time that lost connections are replaced.
 */
export class PostgresEventStore implements EventStore {
  readonly #database: PostgresDatabase;
  readonly #appender: EventAppender;
  readonly #pages: EventPages;
  readonly #news: NewsOfEvents;
  readonly #closing = new AbortController();

  private constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#news = new NewsOfEvents(database);
    this.#pages = new EventPages(database);
    this.#appender = new EventAppender(database, () => this.#news.tell());
  }

  /** @throws WrongLayout where the database is of another release */
  static async open(options: PostgresOptions): Promise<PostgresEventStore> {
    return new PostgresEventStore(await openStore(options, EVENT_LAYOUT));
  }

  /** @throws RangeError for what can't be appended; PostgresFailure */
  async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    requireAppendable(stream, events, expected);
    const twice = repeated(events);
    if (twice !== undefined) throw new EventIdReused(twice.eventId);
    return this.#appender.append({ stream, events, expected });
  }

  async *readStream(stream: string, from: Revision): AsyncGenerator<RecordedEvent, void, undefined> {
    requireCount('revision', from);
    let page: readonly RecordedEvent[];
    let next = from;
    do {
      page = await this.#pages.ofStream(stream, next);
      yield* page;
      next += PAGE;
    } while (page.length === PAGE);
  }

  async *streamsNamed(prefix: string): AsyncGenerator<string, void, undefined> {
    let page: readonly string[];
    let last = '';
    do {
      page = await this.#pages.streams(prefix, last);
      yield* page;
      last = page.at(-1) ?? last;
    } while (page.length === PAGE);
  }

  async *readAll(after: Position, filter?: EventFilter): AsyncGenerator<RecordedEvent, void, undefined> {
    requireCount('position', after);
    const first = await this.#pages.window(after, after + PAGE, filter);
    yield* first.events;
    for (let position = after + PAGE; position < first.head; position += PAGE) {
      const upTo = Math.min(position + PAGE, first.head);
      yield* (await this.#pages.window(position, upTo, filter)).events;
    }
  }

  /** @throws RangeError for no position; its batches, for one after the last event */
  subscribeAll(after: Position, filter?: EventFilter): Subscription {
    requireCount('position', after);
    return new PostgresSubscription(this.#pages, this.#news, this.#closing.signal, after, filter);
  }

  /** @throws RangeError for more than a thousand positions, or one that is none */
  async readAt(positions: readonly Position[]): Promise<readonly (RecordedEvent | undefined)[]> {
    if (positions.length > PAGE) throw new RangeError(`at most ${PAGE} positions at a time`);
    for (const position of positions) requireCount('position', position);
    const found = new Map((await this.#pages.at(positions)).map((event) => [event.position, event]));
    return positions.map((position) => found.get(position));
  }

  head(): Promise<Position> {
    return this.#pages.head();
  }

  /** Records what was asked for before, ends all subscriptions and refuses everything after. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#appender.close();
    await this.#database.close();
  }
}
