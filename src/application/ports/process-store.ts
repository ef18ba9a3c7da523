import type { Position } from './event-store.js';
import type { JobRequest } from './jobs.js';

/** Takes a process from one position to another, with the jobs that the events between ask for. */
export interface ProcessAdvance {
  readonly process: string;
  readonly from: Position;
  readonly to: Position;
  readonly jobs: readonly JobRequest[];
}

/** Where processes stand. */
export interface ProcessStore {
  /** 0 for a process that was never seen. */
  position(process: string): Promise<Position>;
  /**
   * Jobs and position together; where they are kept in two places, the jobs first: their ids make the repetition of a step
   * that a crash has cut in two add nothing.
   * @throws where the process doesn't stand at `from`: another one moves it, and nothing was changed but, where two move it at
   *   the same moment, that jobs are there which the other one makes of the same events
   */
  advance(step: ProcessAdvance): Promise<void>;
}
