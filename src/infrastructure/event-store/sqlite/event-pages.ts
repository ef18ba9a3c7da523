import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type {
  EventFilter,
  Position,
  RecordedEvent,
  Revision,
} from '../../../application/ports/event-store.js';

/** Rows looked at in one go; more would hold the event loop for too long, whether a filter lets them pass or not. */
export const PAGE = 1_000;

const COLUMNS = 'position, stream, revision, event_id, type, body';
type Columns = [Position, string, Revision, string, string, Uint8Array];

export type ReadWindow = (after: Position, upTo: Position) => RecordedEvent[];

/** Reads of at most a page, each of them one synchronous step. */
export class EventPages {
  readonly #database: DatabaseSyncInstance;
  readonly #head;
  readonly #ofStream;
  readonly #at;
  readonly #streams;

  constructor(database: DatabaseSyncInstance) {
    this.#database = database;
    this.#head = database.prepare('select coalesce(max(position), 0) as head from events');
    this.#ofStream = database.prepare(
      `select ${COLUMNS} from events where stream = ? and revision >= ? order by revision limit ${PAGE}`,
    );
    this.#ofStream.setReturnArrays(true);
    this.#at = database.prepare(`select ${COLUMNS} from events where position = ?`);
    this.#at.setReturnArrays(true);
    // U+10FFFF is a noncharacter and sorts last: the range holds every name that begins so.
    this.#streams = database.prepare(
      `select stream from events where stream > ?1 and stream >= ?2 and stream < ?2 || char(0x10ffff) and revision = 0
       order by stream limit ${PAGE}`,
    );
    this.#streams.setReturnArrays(true);
  }

  head(): Position {
    return (this.#head.get() as { head: Position }).head;
  }

  ofStream(stream: string, from: Revision): RecordedEvent[] {
    return (this.#ofStream.all(stream, from) as Columns[]).map(recorded);
  }

  at(position: Position): RecordedEvent | undefined {
    const found = this.#at.get(position) as Columns | undefined;
    return found && recorded(found);
  }

  /** Names that begin so and come after one of them. */
  streams(prefix: string, after: string): string[] {
    return (this.#streams.all(after, prefix) as [string][]).map(([stream]) => stream);
  }

  /** Reads what lies after one position and up to another, as far as the filter lets it pass. */
  window({ streamPrefixes, withoutTypes = [] }: EventFilter = {}): ReadWindow {
    const inStreams =
      streamPrefixes === undefined ? 'true' : streamPrefixes.map(() => 'instr(stream, ?) = 1').join(' or ');
    const statement = this.#database.prepare(
      `select ${COLUMNS} from events where position > ? and position <= ? and (${inStreams || 'false'})
       and type not in (${withoutTypes.map(() => '?').join(', ')}) order by position`,
    );
    statement.setReturnArrays(true);
    const values = [...(streamPrefixes ?? []), ...withoutTypes];
    return (after, upTo) => (statement.all(after, upTo, ...values) as Columns[]).map(recorded);
  }
}

function recorded([position, stream, revision, eventId, type, body]: Columns): RecordedEvent {
  return { position, stream, revision, eventId, type, body };
}
