import type { EventBatch, Position, RecordedEvent } from '../ports/event-store.js';

/** What of a batch is worked on in one turn of the event loop. */
export interface EventTurn {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here is in this turn or one before it, or was left out. */
  readonly to: Position;
}

/** At least one; the last one ends where the batch ends. */
export function* turnsOf(
  { events, position }: EventBatch,
  eventsPerTurn: number,
): Generator<EventTurn, void> {
  let rest = events;
  do {
    const some = rest.slice(0, eventsPerTurn);
    rest = rest.slice(eventsPerTurn);
    yield { events: some, to: rest.length === 0 ? position : (some.at(-1)?.position ?? position) };
  } while (rest.length > 0);
}
