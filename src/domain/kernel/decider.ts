import type { Rejection } from './rejection.js';

/**
 * What a decision came to. Events are appended in either case: a refusal may itself be worth recording
 * (a wrong code counts towards the lock). A decision with neither events nor a rejection had nothing to do.
 */
export interface Decision<Event> {
  readonly events: readonly Event[];
  readonly rejection?: Rejection;
}

export const accept = <Event>(...events: readonly Event[]): Decision<Event> => ({ events });

export const reject = <Event = never>(
  rejection: Rejection,
  ...events: readonly Event[]
): Decision<Event> => ({ events, rejection });

/** The pure core of an aggregate: no clock, no randomness, no input or output. */
export interface Decider<State, Command, Event, Policy> {
  readonly initialState: State;
  /** Total: any event on any state gives a state. It holds no rules. */
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (command: Command, state: State, policy: Policy) => Decision<Event>;
}
