import type { AccountEventOf, AccountEventType } from '../../domain/account/events.js';
import type { JobRequest } from '../ports/jobs.js';
import type { ProjectedEvent } from '../projections/projection.js';

/**
 * Turns events into jobs. `when` is pure, and the ids of its jobs are made of the event's, so that reading an event again
 * adds nothing. It is never shown what is personal: a job that needs it reads the event by its id. An event it can't
 * handle is an exception: it stops the process, which says so, and is never skipped.
 *
 * It begins with the first event ever recorded. A job judges for itself whether it comes too late.
 */
export interface Process {
  /** A stored name: it never changes, or the process begins anew. */
  readonly name: string;
  readonly handles: readonly AccountEventType[];
  /** @throws for a type that is not in `handles` */
  when(event: ProjectedEvent): readonly JobRequest[];
}

/** What each type of event asks for. */
export type JobsFor<Types extends AccountEventType> = {
  readonly [Type in Types]: (event: ProjectedEvent<AccountEventOf<Type>>) => readonly JobRequest[];
};

/** A process from one function per event type: it handles exactly the types that have one. */
export function defineProcess<Types extends AccountEventType>(name: string, on: JobsFor<Types>): Process {
  const isHandled = (event: ProjectedEvent): event is ProjectedEvent<AccountEventOf<Types>> =>
    Object.hasOwn(on, event.event.type);
  return {
    name,
    handles: Object.keys(on) as Types[],
    when(event) {
      if (!isHandled(event)) throw new Error(`${name} doesn't handle ${event.event.type}`);
      return on[event.event.type](event);
    },
  };
}
