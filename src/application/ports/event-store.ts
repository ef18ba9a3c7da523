/** Counts the events of one stream from 0. */
export type Revision = number;

/** A place in the total order of all events: opaque to callers, ordered, gap-free, from 1; 0 is before the first. */
export type Position = number;

export interface EventToAppend {
  /** UUID, derived from the command and an index: the same append again writes nothing. */
  readonly eventId: string;
  readonly type: string;
  /** Canonical bytes; they hold no store-assigned position, so that a hash over them outlives any move. */
  readonly body: Uint8Array;
}

export interface RecordedEvent extends EventToAppend {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
}

export type ExpectedRevision = Revision | 'no-stream';

export interface Appended {
  /** Of the last event appended. */
  readonly revision: Revision;
  readonly position: Position;
}

/** Another append was first. Reload the tail and decide again. */
export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`stream ${stream} is at ${actual}, expected ${expected}`);
    this.name = 'WrongExpectedRevision';
  }
}

/** An event id of this append stands elsewhere: two different appends were given the same ids. */
export class EventIdReused extends Error {
  constructor(readonly eventId: string) {
    super(`event id ${eventId} is recorded at another place`);
    this.name = 'EventIdReused';
  }
}

export interface EventFilter {
  /** Only streams whose name begins with one of these; absent means all. */
  readonly streamPrefixes?: readonly string[];
  /** No events of these types. It names what is left out, so that a type which nobody knew of reaches every reader. */
  readonly withoutTypes?: readonly string[];
}

export interface EventBatch {
  /** At most a thousand; none where nothing that was looked at passes the filter. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was handed over or left out: whoever resumes after it misses nothing. */
  readonly position: Position;
  /** At that moment nothing was left behind. */
  readonly caughtUp: boolean;
}

/** A catch-up subscription: what is recorded, then what comes, in order and without a gap. */
export interface Subscription {
  /** The next batch is not read before the last one is asked for, so a slow reader slows nobody and fills no memory. */
  batches(): AsyncIterable<EventBatch>;
  stop(): void;
}

export interface EventStore {
  /**
   * Atomic; on disk when it answers; idempotent by event id.
   * @throws WrongExpectedRevision where another append was first
   * @throws EventIdReused where an id stands at another place
   */
  append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<Appended>;
  /** From a revision on, in order; nothing where the stream doesn't exist. */
  readStream(stream: string, from: Revision): AsyncIterable<RecordedEvent>;
  /**
   * The names of the streams that begin so, in their order. It takes as long as such streams have events, however many there
   * are in others.
   */
  streamsNamed(prefix: string): AsyncIterable<string>;
  /** After a position, in the total order, up to what is recorded now. */
  readAll(after: Position, filter?: EventFilter): AsyncIterable<RecordedEvent>;
  subscribeAll(after: Position, filter?: EventFilter): Subscription;
  /** The events at these positions, in the order asked for; undefined where there is none. At most a thousand. */
  readAt(positions: readonly Position[]): Promise<readonly (RecordedEvent | undefined)[]>;
  /** The position of the last event recorded; 0 when there is none. */
  head(): Promise<Position>;
}

export const EVENT_STORE = Symbol('EventStore');
