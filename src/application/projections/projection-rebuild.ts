import type { EventFilter, Position, RecordedEvent } from '../ports/event-store.js';
import type {
  Advance,
  BuildingGeneration,
  Generation,
  RebuildPace,
  Unapplied,
} from '../ports/projection-store.js';
import { filterFor } from './event-batch.js';
import { endOfTurn } from './event-loop.js';
import type { EventTurn } from './event-turns.js';
import { turnsOf } from './event-turns.js';
import { FedProjection } from './fed-projection.js';
import type { FeedSources } from './projection-feed.js';
import type { EventFailure } from './projection-failure.js';
import { refusal } from './projection-failure.js';
import type { Projection } from './projection.js';

/** So many are decoded at a time, which keeps few objects alive and lets commands in between. */
const EVENTS_PER_TURN = 200;

/** So many share a transaction: the fewer there are, the less often a page is written again. */
const EVENTS_PER_TRANSACTION: Record<RebuildPace, number> = { 'beside-other-work': 1_000, alone: 8_000 };

/** So near to the end the rest is applied while the live generation stands still. */
const NEARLY_THERE = 200;

export interface RebuildProgress {
  /** Events read so far, and recorded in all. */
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
}

export interface RebuildOptions {
  /** `beside-other-work` unless said otherwise. */
  readonly pace?: RebuildPace;
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly signal?: AbortSignal;
}

/** An event can't be applied. The live generation is as it was. */
export class RebuildStopped extends Error {
  constructor(readonly failure: EventFailure) {
    super(failure.error.message);
    this.name = 'RebuildStopped';
  }
}

/** A rebuild of the same projection that was begun later, or a start of the service, has put an end to this one. */
export class RebuildReplaced extends Error {
  constructor(projection: string) {
    super(`the rebuild of ${projection} was replaced by one that began later`);
    this.name = 'RebuildReplaced';
  }
}

/**
 * Fills a new generation from the first event on, beside the live one, and swaps them. The service may run meanwhile, here
 * or in another process.
 * @throws RebuildStopped, RebuildReplaced; the signal's reason when aborted
 */
export async function rebuildProjection(
  projection: Projection,
  sources: FeedSources,
  options: RebuildOptions = {},
): Promise<Generation> {
  const building = await sources.store.build(projection, paceOf(options));
  try {
    return await new Rebuild(projection, sources, building, options).run();
  } finally {
    await building.close();
  }
}

function paceOf({ pace = 'beside-other-work' }: RebuildOptions): RebuildPace {
  return pace;
}

class Rebuild {
  /** Ahead of what is applied by what is planned. */
  private readonly fed: FedProjection;
  private readonly startedAt = performance.now();
  private readonly pace: RebuildPace;
  private planned: Advance;
  /** None for who is shown every recorded event. */
  private readonly filter: EventFilter;

  constructor(
    private readonly projection: Projection,
    private readonly sources: FeedSources,
    private readonly building: BuildingGeneration,
    private readonly options: RebuildOptions,
  ) {
    this.fed = new FedProjection(projection, building.generation);
    this.pace = paceOf(options);
    this.filter = projection.whenRecorded === undefined ? filterFor(this.fed) : {};
    this.planned = this.fed.plan([]).advance;
  }

  async run(): Promise<Generation> {
    await this.catchUp();
    await this.building.finishLoading();
    const total = await this.catchUp();
    const outcome = await this.building.swap((from, to) => this.missing(from, to));
    if (outcome.kind !== 'swapped') throw this.undone(outcome);
    this.report(total);
    return outcome.generation;
  }

  /** Until what came meanwhile is little enough to hold the live generation still for. */
  private async catchUp(): Promise<Position> {
    let total = await this.sources.events.head();
    do {
      await this.readOn(total);
      total = await this.sources.events.head();
    } while (total - this.fed.position > NEARLY_THERE);
    return total;
  }

  private async readOn(total: Position): Promise<void> {
    const subscription = this.sources.events.subscribeAll(this.fed.position, this.filter);
    try {
      for await (const batch of subscription.batches()) {
        for (const turn of turnsOf(batch, EVENTS_PER_TURN)) {
          await this.plan(turn);
          if (this.planned.to - this.planned.from >= EVENTS_PER_TRANSACTION[this.pace]) {
            await this.apply(total);
          }
        }
        if (batch.caughtUp) break;
      }
    } finally {
      subscription.stop();
    }
    await this.apply(total);
  }

  private async plan({ events, to }: EventTurn): Promise<void> {
    const { advance, failure } = this.fed.plan(await this.sources.batches.decode(events, this.fed), to);
    if (failure !== undefined) throw new RebuildStopped(failure);
    this.fed.position = advance.to;
    this.planned = { ...advance, from: this.planned.from, steps: this.planned.steps.concat(advance.steps) };
    await endOfTurn();
    this.options.signal?.throwIfAborted();
  }

  private async apply(total: Position): Promise<void> {
    if (this.planned.to === this.planned.from) return;
    const outcome = await this.building.advance(this.planned);
    if (outcome.kind !== 'applied') throw this.undone(outcome);
    this.planned = this.fed.plan([]).advance;
    this.report(total);
  }

  /** What the live generation has had meanwhile. */
  private async missing(from: Position, to: Position): Promise<Advance> {
    const events: RecordedEvent[] = [];
    for await (const event of this.sources.events.readAll(from, this.filter)) {
      if (event.position > to) break;
      events.push(event);
    }
    await this.plan({ events, to });
    return this.planned;
  }

  private undone(outcome: Unapplied): Error {
    return outcome.kind === 'moved'
      ? new RebuildReplaced(this.projection.name)
      : new RebuildStopped(refusal(this.planned, outcome));
  }

  private report(total: Position): void {
    const done = this.fed.position;
    const seconds = Math.max(performance.now() - this.startedAt, 1) / 1_000;
    this.options.onProgress?.({ done, total: Math.max(total, done), perSecond: Math.round(done / seconds) });
  }
}
