import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
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
import { GroupCommit } from '../../sqlite/group-commit.js';
import { openDatabase } from '../../sqlite/open-database.js';
import { requireAppendable, requireCount } from '../appendable.js';
import { EventAppender } from './event-appender.js';
import { EventPages, PAGE } from './event-pages.js';
import { EVENT_TABLE } from './event-table.js';
import { SqliteSubscription } from './sqlite-subscription.js';

/** In bytes: as much as SQLite maps at most. */
const LARGEST_MAP = 0x7fff_0000;

/**
 * The event store of one process in one SQLite file. An append is on disk when it answers (`synchronous=FULL`);
 * appends of two turns of the event loop share a transaction. Only one store may be open on a file: see `acquireFolderLock`.
 */
export class SqliteEventStore implements EventStore {
  readonly #database: DatabaseSyncInstance;
  readonly #appender: EventAppender;
  readonly #pages: EventPages;
  readonly #group: GroupCommit;
  readonly #commits = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();

  private constructor(database: DatabaseSyncInstance) {
    this.#database = database;
    this.#appender = new EventAppender(database);
    this.#pages = new EventPages(database);
    this.#group = new GroupCommit(database, (outcome) => {
      if (outcome === 'rolled-back') this.#appender.forget();
      else this.#commits.emit('committed');
    });
  }

  static open(file: string): SqliteEventStore {
    return new SqliteEventStore(openDatabase(file, EVENT_TABLE));
  }

  /** For who reads the whole file once: its pages are mapped into memory, which a service doesn't do, for a failing disk ends the process. */
  static openMapped(file: string): SqliteEventStore {
    const database = openDatabase(file, EVENT_TABLE);
    database.exec(`pragma mmap_size = ${LARGEST_MAP}`);
    return new SqliteEventStore(database);
  }

  /**
   * @throws RangeError for no events, an empty stream name, an event id that is not a lower-case UUID (RFC 9562 §4), or an
   * expected revision that is none
   */
  async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    requireAppendable(stream, events, expected);
    const outcome = await this.#group.run(() => this.#appender.append(stream, events, expected));
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async *readStream(stream: string, from: Revision): AsyncGenerator<RecordedEvent, void, undefined> {
    requireCount('revision', from);
    let page = this.#pages.ofStream(stream, from);
    yield* page;
    for (let next = from + PAGE; page.length === PAGE; next += PAGE) {
      await nextTurn();
      page = this.#pages.ofStream(stream, next);
      yield* page;
    }
  }

  async *streamsNamed(prefix: string): AsyncGenerator<string, void, undefined> {
    let page: readonly string[];
    let last = '';
    do {
      page = this.#pages.streams(prefix, last);
      yield* page;
      last = page.at(-1) ?? last;
      await nextTurn();
    } while (page.length === PAGE);
  }

  async *readAll(after: Position, filter?: EventFilter): AsyncGenerator<RecordedEvent, void, undefined> {
    requireCount('position', after);
    const read = this.#pages.window(filter);
    const head = this.#pages.head();
    let position = after;
    do {
      // Before the first page too: a caller who asks in a loop whether something new is there would stop every writer.
      await nextTurn();
      yield* read(position, Math.min(position + PAGE, head));
      position += PAGE;
    } while (position < head);
  }

  /** @throws RangeError for a position after the last event: the reader has read another log than this one */
  subscribeAll(after: Position, filter?: EventFilter): Subscription {
    requireCount('position', after);
    const head = this.#pages.head();
    if (after > head) throw new RangeError(`position ${after} lies after the last event, ${head}`);
    return new SqliteSubscription(this.#pages, this.#commits, this.#closing.signal, after, filter);
  }

  /** @throws RangeError for more than a thousand positions, or one that is none */
  readAt(positions: readonly Position[]): Promise<readonly (RecordedEvent | undefined)[]> {
    return new Promise((resolve) => {
      if (positions.length > PAGE) throw new RangeError(`at most ${PAGE} positions at a time`);
      for (const position of positions) requireCount('position', position);
      resolve(positions.map((position) => this.#pages.at(position)));
    });
  }

  head(): Promise<Position> {
    return new Promise((resolve) => {
      resolve(this.#pages.head());
    });
  }

  /** Commits what was asked for before, ends all subscriptions and refuses everything after. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#group.close();
    this.#database.close();
  }
}
