import type { EventStore, Position, Subscription } from '../ports/event-store.js';
import type { JobRequest } from '../ports/jobs.js';
import type { ProcessStore } from '../ports/process-store.js';
import type { BatchedEvent, EventBatches, Interest } from '../projections/event-batch.js';
import { filterFor, wants } from '../projections/event-batch.js';
import { endOfTurn, pause } from '../projections/event-loop.js';
import type { EventTurn } from '../projections/event-turns.js';
import { turnsOf } from '../projections/event-turns.js';
import type { EventFailure } from '../projections/projection-failure.js';
import { eventFailure } from '../projections/projection-failure.js';
import type { Process } from './process.js';

/** In ms. Between batches of what comes live: nobody waits for a job, and commands share the machine. */
const GATHERING = 100;

/** So many events are handled in one turn of the event loop, which commands share. */
const EVENTS_PER_TURN = 100;

/** Events that asked for nothing are read again after a crash; at most so many. */
const EVENTS_BETWEEN_CHECKPOINTS = 1_000;

export interface ProcessSources {
  readonly events: EventStore;
  readonly batches: EventBatches;
  readonly store: ProcessStore;
}

/** What a batch comes to for a process. */
interface Plan {
  readonly jobs: readonly JobRequest[];
  readonly to: Position;
  readonly failure?: EventFailure;
}

/** One process on its own subscription, from its checkpoint on. */
export class ProcessReader implements Interest {
  readonly handles: ReadonlySet<string>;
  /** None: what a job needs of it, the job reads. */
  readonly readsPersonal: ReadonlySet<string> = new Set();
  private readonly subscription: Subscription;
  private ending = false;
  private handled: Position;

  /** @param checkpoint where the store says that the process stands */
  constructor(
    private readonly process: Process,
    private readonly sources: ProcessSources,
    private checkpoint: Position,
  ) {
    this.handles = new Set(process.handles);
    this.handled = checkpoint;
    this.subscription = sources.events.subscribeAll(checkpoint, filterFor(this));
  }

  /** Every event up to here was handled. */
  get position(): Position {
    return this.handled;
  }

  /**
   * Until it is stopped.
   * @returns the event that it can't handle, where that is why it ended
   * @throws where no event is to blame
   */
  async run(): Promise<EventFailure | undefined> {
    try {
      for await (const batch of this.subscription.batches()) {
        const before = this.handled;
        for (const turn of turnsOf(batch, EVENTS_PER_TURN)) {
          const failure = await this.take(turn);
          if (failure !== undefined || this.ending) return failure;
          await endOfTurn();
        }
        if (batch.caughtUp && batch.position > before) await pause(GATHERING);
      }
      return undefined;
    } finally {
      this.subscription.stop();
    }
  }

  /** What has begun is finished first. */
  stop(): void {
    this.ending = true;
    this.subscription.stop();
  }

  private async take({ events, to: end }: EventTurn): Promise<EventFailure | undefined> {
    const { jobs, to, failure } = this.plan(await this.sources.batches.decode(events, this), end);
    const due = jobs.length > 0 || to - this.checkpoint >= EVENTS_BETWEEN_CHECKPOINTS;
    if (due) {
      await this.sources.store.advance({ process: this.process.name, from: this.checkpoint, to, jobs });
      this.checkpoint = to;
    }
    this.handled = to;
    return failure;
  }

  private plan(batch: readonly BatchedEvent[], end: Position): Plan {
    const jobs: JobRequest[] = [];
    let to = this.handled;
    for (const { outcome, recorded } of batch) {
      if (outcome !== undefined && wants(this, recorded.type)) {
        if ('kind' in outcome) return { jobs, to, failure: outcome };
        try {
          jobs.push(...this.process.when(outcome));
        } catch (error) {
          return { jobs, to, failure: eventFailure(recorded, 'could not be handled', error) };
        }
      }
      to = recorded.position;
    }
    return { jobs, to: end };
  }
}
