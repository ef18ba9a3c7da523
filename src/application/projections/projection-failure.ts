import type { ErrorSummary } from '../error-summary.js';
import { nameOf, statedReason } from '../error-summary.js';
import type { Position } from '../ports/event-store.js';
import type { Advance, Refused, Step } from '../ports/projection-store.js';

/**
 * Why a projection or a process stands still. Nothing of an event's contents is in it: what a decoder or a database says of a value
 * may quote the value.
 */
export type ProjectionFailure = EventFailure | MachineFailure;

/** An event that can't be applied. Trying again changes nothing until the code or the tables are others. */
export interface EventFailure {
  readonly kind: 'event';
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
  readonly error: ErrorSummary;
}

/** No event is to blame: the disk, the keys, the event store. It is tried again. */
export interface MachineFailure {
  readonly kind: 'machine';
  readonly error: ErrorSummary;
}

type Happened = Pick<Step, 'position' | 'eventId' | 'type'>;

/**
 * @param step what went wrong, without contents
 * @param error adds its name, and its `reason` where it states one
 */
export function eventFailure(event: Happened, step: string, error?: unknown): EventFailure {
  const { eventId, position, type } = event;
  const reason = statedReason(error);
  const because = reason === undefined ? '' : `: ${reason}`;
  const message = `event ${eventId} (${type}) at position ${position} ${step}${because}`;
  return { kind: 'event', position, eventId, type, error: { name: nameOf(error), message } };
}

/** What the store refused of an advance, as the failure of the event it belongs to. */
export function refusal({ steps }: Advance, { position, reason }: Refused): EventFailure {
  const step = steps.find((candidate) => candidate.position === position);
  if (step === undefined) throw new Error(`the store refused a position ${position} that it was not given`);
  return eventFailure(step, `was refused: ${reason}`);
}

export function machineFailure(error: unknown): MachineFailure {
  const message = error instanceof Error ? error.message : 'something was thrown that is no error';
  return { kind: 'machine', error: { name: nameOf(error), message } };
}
