import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { LRUCache } from 'lru-cache';
import { EventIdReused, WrongExpectedRevision } from '../../../application/ports/event-store.js';
import type {
  Appended,
  EventToAppend,
  ExpectedRevision,
  Position,
  Revision,
} from '../../../application/ports/event-store.js';
import { repeated } from '../appendable.js';

const BEFORE_THE_FIRST: Revision = -1;
const CACHED_STREAMS = 10_000;

/** Decides and writes one append at a time, inside a transaction that somebody else began and commits. */
export class EventAppender {
  readonly #insert;
  readonly #lastOfLog;
  readonly #lastOfStream;
  readonly #idKnown;
  readonly #placesFrom;
  /** Last revisions. One that misleads after all is caught: mismatches are read again, matches meet the constraints. */
  readonly #heads = new LRUCache<string, Revision>({ max: CACHED_STREAMS });
  #position: Position | undefined;

  constructor(database: DatabaseSyncInstance) {
    this.#insert = database.prepare(
      'insert into events (position, stream, revision, event_id, type, body) values (?, ?, ?, ?, ?, ?)',
    );
    this.#lastOfLog = database.prepare('select max(position) as position from events');
    this.#lastOfStream = database.prepare('select max(revision) as revision from events where stream = ?');
    this.#idKnown = database.prepare('select 1 from events where event_id = ?');
    this.#placesFrom = database.prepare(
      'select event_id as id, revision, position from events where stream = ? and revision >= ? order by revision limit ?',
    );
  }

  /** A refusal is returned and nothing was written; EventStoreDB 23.10's rules of idempotency. */
  append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Appended | WrongExpectedRevision | EventIdReused {
    const head = expected === 'no-stream' ? BEFORE_THE_FIRST : expected;
    if (this.#heads.get(stream) !== head) {
      const actual = this.#headOf(stream);
      if (actual !== head) return this.#recordedBefore(stream, events, expected, actual);
    }
    const reused = repeated(events) ?? events.find(({ eventId }) => this.#idKnown.get(eventId) !== undefined);
    if (reused !== undefined) return new EventIdReused(reused.eventId);
    return this.#write(stream, events, head);
  }

  /** What was counted on may not have been written. */
  forget(): void {
    this.#heads.clear();
    this.#position = undefined;
  }

  #write(stream: string, events: readonly EventToAppend[], head: Revision): Appended {
    let revision = head;
    let position = this.#position ?? this.#headOfLog();
    for (const { eventId, type, body } of events) {
      this.#insert.run(++position, stream, ++revision, eventId, type, body);
    }
    this.#heads.set(stream, revision);
    this.#position = position;
    return { revision, position };
  }

  /** The stream isn't where it was expected to be: either this append succeeded before, or another one was first. */
  #recordedBefore(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
    actual: Revision,
  ): Appended | WrongExpectedRevision | EventIdReused {
    const from = expected === 'no-stream' ? 0 : expected + 1;
    const there = this.#placesFrom.all(stream, from, events.length) as {
      id: string;
      revision: Revision;
      position: Position;
    }[];
    const mismatch = events.findIndex(({ eventId }, index) => there[index]?.id !== eventId);
    const last = there.at(-1);
    if (mismatch === -1 && last !== undefined) {
      return { revision: last.revision, position: last.position };
    }
    const [first] = there;
    if (mismatch > 0 && first !== undefined) return new EventIdReused(first.id);
    return new WrongExpectedRevision(stream, expected, actual === BEFORE_THE_FIRST ? 'no-stream' : actual);
  }

  #headOf(stream: string): Revision {
    const { revision } = this.#lastOfStream.get(stream) as { revision: Revision | null };
    return revision ?? BEFORE_THE_FIRST;
  }

  #headOfLog(): Position {
    const { position } = this.#lastOfLog.get() as { position: Position | null };
    return position ?? 0;
  }
}
