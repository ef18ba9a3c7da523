import type {
  EventFilter,
  Position,
  RecordedEvent,
  Revision,
} from '../../../application/ports/event-store.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';

/** Rows looked at in one statement, whether a filter lets them pass or not. */
export const PAGE = 1_000;

const COLUMNS = 'position, stream, revision, event_id as "eventId", type, body';

const HEAD = { name: 'head', text: 'select position as head from events.head' };

const STREAM = {
  name: 'stream',
  text: `select ${COLUMNS} from events.recorded where stream = $1 and revision >= $2 order by revision limit ${PAGE}`,
};

/** U+10FFFF is a noncharacter and sorts last: the range holds every name that begins so. */
const STREAMS = {
  name: 'streams',
  text: `select stream from events.recorded
    where stream > $2 and stream >= $1 and stream < $1 || chr(1114111) and revision = 0
    order by stream limit ${PAGE}`,
};

const AT = { name: 'at', text: `select ${COLUMNS} from events.recorded where position = any ($1::bigint[])` };

/** The head and the rows are of one moment, so that a reader knows whether it has caught up. */
const window = (name: string, passes: string) => ({
  name,
  text: `select h.position as head, r.* from events.head h left join lateral (
      select ${COLUMNS} from events.recorded where position > $1 and position <= $2 ${passes}
    ) r on true order by r.position`,
});
const WINDOW = window('window', '');
const FILTERED_WINDOW = window(
  'filtered window',
  'and ($3::text[] is null or stream ^@ any ($3)) and type <> all ($4::text[])',
);

export interface EventWindow {
  /** Where the log ended at that moment. */
  readonly head: Position;
  readonly events: readonly RecordedEvent[];
}

interface WindowRow extends Omit<RecordedEvent, 'position'> {
  readonly head: Position;
  /** Null where nothing passed. */
  readonly position: Position | null;
}

/** Reads of at most a page, each of them one round trip. */
export class EventPages {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async head(): Promise<Position> {
    const [row] = await this.#database.repeatable<{ head: Position }>(HEAD);
    return row?.head ?? 0;
  }

  async ofStream(stream: string, from: Revision): Promise<readonly RecordedEvent[]> {
    return (await this.#database.repeatable<RecordedEvent>(STREAM, [stream, from])).map(recorded);
  }

  /** Names that begin so and come after one of them. */
  async streams(prefix: string, after: string): Promise<readonly string[]> {
    const rows = await this.#database.repeatable<{ stream: string }>(STREAMS, [prefix, after]);
    return rows.map(({ stream }) => stream);
  }

  /** In no order, each once. */
  async at(positions: readonly Position[]): Promise<readonly RecordedEvent[]> {
    return (await this.#database.repeatable<RecordedEvent>(AT, [positions])).map(recorded);
  }

  /** What lies after one position and up to another, as far as the filter lets it pass. */
  async window(after: Position, upTo: Position, filter: EventFilter = {}): Promise<EventWindow> {
    const { streamPrefixes = null, withoutTypes = [] } = filter;
    const rows = await (streamPrefixes === null && withoutTypes.length === 0
      ? this.#database.repeatable<WindowRow>(WINDOW, [after, upTo])
      : this.#database.repeatable<WindowRow>(FILTERED_WINDOW, [after, upTo, streamPrefixes, withoutTypes]));
    const events = rows.flatMap(({ position, ...row }) =>
      position === null ? [] : [recorded({ ...row, position })],
    );
    return { head: rows[0]?.head ?? 0, events };
  }
}

/** The driver's buffers are views of larger ones, some of them shared. */
function recorded({ body, eventId, position, revision, stream, type }: RecordedEvent): RecordedEvent {
  return { position, stream, revision, eventId, type, body: new Uint8Array(body) };
}
