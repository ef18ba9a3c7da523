import type { EventToAppend, ExpectedRevision } from '../../application/ports/event-store.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @throws RangeError for no events, an empty stream name, an event id that is not a lower-case UUID (RFC 9562 §4), or an
 * expected revision that is none
 */
export function requireAppendable(
  stream: string,
  events: readonly EventToAppend[],
  expected: ExpectedRevision,
): void {
  if (stream === '') throw new RangeError('a stream needs a name');
  if (expected !== 'no-stream') requireCount('expected revision', expected);
  if (events.length === 0) throw new RangeError(`nothing to append to stream ${stream}`);
  const misnamed = events.find(({ eventId }) => !UUID.test(eventId));
  if (misnamed !== undefined) throw new RangeError(`event id ${misnamed.eventId} is not a lower-case UUID`);
}

/** @throws RangeError for what counts nothing from 0 */
export function requireCount(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${what} ${value} is not a count from 0`);
}

/** The first event whose id another one of the same append has. */
export function repeated(events: readonly EventToAppend[]): EventToAppend | undefined {
  if (events.length < 2) return undefined;
  const seen = new Set<string>();
  return events.find(({ eventId }) => seen.size === seen.add(eventId).size);
}
