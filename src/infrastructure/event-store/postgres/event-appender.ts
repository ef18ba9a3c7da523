import { EventIdReused, WrongExpectedRevision } from '../../../application/ports/event-store.js';
import type {
  Appended,
  EventToAppend,
  ExpectedRevision,
  Position,
  Revision,
} from '../../../application/ports/event-store.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import { PostgresFailure } from '../../postgres/postgres-failure.js';

/** What one transaction takes at most: others wait for its end. An append that is larger goes alone. */
const LARGEST_GROUP = 512;
const LARGEST_BODIES = 4 * 1024 * 1024;

const APPEND = {
  name: 'append',
  text: `select outcome, last_revision as revision, last_position as position, reused_id as id
    from events.append($1, $2, $3, $4, $5, $6, $7)`,
};

interface Append {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly expected: ExpectedRevision;
}

interface Waiting extends Append {
  readonly size: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (failure: unknown) => void;
}

interface Outcome {
  readonly outcome: 'written' | 'already there' | 'id reused' | 'wrong revision';
  readonly revision: Revision;
  readonly position: Position;
  readonly id: string;
}

/**
 * Appends in groups, one round trip and one transaction each: what is asked for while one is under way goes together into
 * the next. Where an answer is lost, the same group is asked for again; by its events' ids nothing is written twice.
 */
export class EventAppender {
  readonly #database: PostgresDatabase;
  readonly #recorded: () => void;
  readonly #queue: Waiting[] = [];
  #working: Promise<void> | undefined;
  #closed = false;

  /** @param recorded told after every transaction that may have recorded something, before anyone is answered */
  constructor(database: PostgresDatabase, recorded: () => void) {
    this.#database = database;
    this.#recorded = recorded;
  }

  /**
   * @throws WrongExpectedRevision, EventIdReused
   * @throws PostgresFailure of kind `lost` where no answer came in time: what became of the append is not known then
   */
  append(append: Append): Promise<Appended> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    const size = append.events.reduce((sum, { body }) => sum + body.byteLength, 0);
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...append, size, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Takes nothing more, and is done when everything asked for has its answer. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    // What else this turn of the event loop asks for comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#record(this.#nextGroup());
    this.#working = undefined;
  }

  #nextGroup(): readonly Waiting[] {
    let size = 0;
    const end = this.#queue.findIndex((waiting, index) => {
      size += waiting.size;
      return index > 0 && (index === LARGEST_GROUP || size > LARGEST_BODIES);
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  async #record(group: readonly Waiting[]): Promise<void> {
    let outcomes: readonly Outcome[];
    try {
      outcomes = await this.#database.repeatable<Outcome>(APPEND, valuesOf(group));
    } catch (failure) {
      const isOfOne = failure instanceof PostgresFailure && failure.kind === 'data';
      if (isOfOne && group.length > 1) for (const waiting of group) await this.#record([waiting]);
      else for (const { reject } of group) reject(failure);
      return;
    } finally {
      this.#recorded();
    }
    for (const [index, waiting] of group.entries()) answer(waiting, outcomes[index]);
  }
}

function answer({ expected, reject, resolve, stream }: Waiting, outcome: Outcome | undefined): void {
  switch (outcome?.outcome) {
    case 'written':
    case 'already there': {
      const { position, revision } = outcome;
      resolve({ revision, position });
      return;
    }
    case 'id reused':
      reject(new EventIdReused(outcome.id));
      return;
    case 'wrong revision': {
      const actual = outcome.revision < 0 ? 'no-stream' : outcome.revision;
      reject(new WrongExpectedRevision(stream, expected, actual));
      return;
    }
    case undefined:
      reject(new Error('the database gave no outcome of an append'));
  }
}

/** The parameters of `events.append`. */
function valuesOf(group: readonly Append[]): readonly unknown[] {
  const events = group.flatMap((append) => append.events);
  return [
    group.map(({ stream }) => stream),
    group.map(({ expected }) => (expected === 'no-stream' ? -1 : expected)),
    group.map((append) => append.events.length),
    events.map(({ eventId }) => eventId),
    events.map(({ type }) => type),
    events.map(({ body }) => body.byteLength),
    Buffer.concat(events.map(({ body }) => body)),
  ];
}
