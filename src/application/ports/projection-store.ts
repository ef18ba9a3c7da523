import type { Projection, Write } from '../projections/projection.js';
import type { Position } from './event-store.js';

/**
 * One set of a projection's tables. A rebuild fills a new one beside the live one, which is all that readers see
 * until the two are swapped.
 */
export interface Generation {
  readonly projection: string;
  /** Counts up with every rebuild. */
  readonly number: number;
  /** Of the code that filled it. */
  readonly version: number;
  /** Every event up to here is applied, none after it. */
  readonly position: Position;
}

/** What one event does to the tables of one projection. */
export interface Step {
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
  readonly writes: readonly Write[];
}

/** Takes a generation from one position to another: all steps between, or nothing. */
export interface Advance {
  readonly projection: string;
  readonly generation: number;
  readonly from: Position;
  readonly steps: readonly Step[];
  readonly to: Position;
}

/** These don't stand where the advance begins, or are no longer what the caller took them for: somebody swapped. */
export interface Moved {
  readonly kind: 'moved';
  readonly projections: readonly string[];
}

/** A write of this event doesn't fit its tables. `reason` quotes no value. */
export interface Refused {
  readonly kind: 'refused';
  readonly projection: string;
  readonly position: Position;
  readonly reason: string;
}

/** Nothing was changed. */
export type Unapplied = Moved | Refused;
export type AdvanceOutcome = { readonly kind: 'applied' } | Unapplied;

/** The write side of the read models. A method that throws has changed nothing: the machine failed, not the events. */
export interface ProjectionStore {
  /**
   * For the one process that feeds the projections, at its start. A projection never seen gets an empty live generation;
   * so does one that is ahead of the last event, for its rows tell of events that are no more (a restored backup). What is
   * still being built was left behind by a crash, or loses against this start: it is retired.
   * @param head asked when nobody moves a projection on any more, so that one that was is not taken for one that is ahead
   */
  prepare(projections: readonly Projection[], head: () => Promise<Position>): Promise<readonly Generation[]>;
  live(projection: string): Promise<Generation | undefined>;
  /** Moves live generations on, in one transaction. */
  advance(advances: readonly Advance[]): Promise<AdvanceOutcome>;
  /** Begins an empty generation; of one that was being built for the same projection nothing comes. */
  build(projection: Projection, pace: RebuildPace): Promise<BuildingGeneration>;
  /** Removes the tables of retired generations, a little at a time. */
  sweep(): Promise<void>;
}

/** Whether the process that rebuilds has other work to do in between, or may take its time where that is faster. */
export type RebuildPace = 'beside-other-work' | 'alone';

/** A generation that nobody reads yet. */
export interface BuildingGeneration {
  readonly generation: Generation;
  advance(advance: Advance): Promise<AdvanceOutcome>;
  /** Does what is faster done once than with every event. Called when nearly everything is applied. */
  finishLoading(): Promise<void>;
  /**
   * Makes it the live one, in one step for all readers. The live one of the same version stands still meanwhile; where
   * it is ahead, `missing` gives what to apply first, so that no reader is ever taken back.
   */
  swap(missing: (from: Position, to: Position) => Promise<Advance>): Promise<SwapOutcome>;
  /** Retires it if it was not swapped, and lets go of what it holds. */
  close(): Promise<void>;
}

export type SwapOutcome = { readonly kind: 'swapped'; readonly generation: Generation } | Unapplied;

export const PROJECTION_STORE = Symbol('ProjectionStore');
