import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Advance, BuildingGeneration, Generation, Unapplied } from '../ports/projection-store.js';
import { endOfTurn } from './event-loop.js';
import { FedProjection } from './fed-projection.js';
import type { FeedSources } from './projection-feed.js';
import type { EventFailure } from './projection-failure.js';
import { refusal } from './projection-failure.js';
import type { Projection } from './projection.js';

const EVENTS_PER_TURN = 1_000;

/** So near to the end the rest is applied while the live generation stands still. */
const NEARLY_THERE = 200;

export interface RebuildProgress {
  /** Events read so far, and recorded in all. */
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
}

export interface RebuildOptions {
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
  const building = await sources.store.build(projection);
  try {
    return await new Rebuild(projection, sources, building, options).run();
  } finally {
    await building.close();
  }
}

class Rebuild {
  private readonly fed: FedProjection;
  private readonly startedAt = performance.now();
  private planned: readonly RecordedEvent[] = [];

  constructor(
    private readonly projection: Projection,
    private readonly sources: FeedSources,
    private readonly building: BuildingGeneration,
    private readonly options: RebuildOptions,
  ) {
    this.fed = new FedProjection(projection, building.generation);
  }

  async run(): Promise<Generation> {
    const { events } = this.sources;
    let total = await events.head();
    do {
      await this.readOn(total);
      total = await events.head();
    } while (total - this.fed.position > NEARLY_THERE);
    const outcome = await this.building.swap((from, to) => this.missing(from, to));
    if (outcome.kind !== 'swapped') throw this.undone(outcome);
    this.fed.moveTo(outcome.generation);
    this.report(total);
    return outcome.generation;
  }

  private async readOn(total: Position): Promise<void> {
    let turn: RecordedEvent[] = [];
    for await (const event of this.sources.events.readAll(this.fed.position)) {
      turn.push(event);
      if (turn.length === EVENTS_PER_TURN) {
        await this.apply(turn, total);
        turn = [];
      }
    }
    if (turn.length > 0) await this.apply(turn, total);
  }

  private async apply(events: readonly RecordedEvent[], total: Position): Promise<void> {
    const advance = await this.plan(events);
    const outcome = await this.building.advance(advance);
    if (outcome.kind !== 'applied') throw this.undone(outcome);
    this.fed.position = advance.to;
    this.report(total);
    await endOfTurn();
    this.options.signal?.throwIfAborted();
  }

  private async missing(from: Position, to: Position): Promise<Advance> {
    const events: RecordedEvent[] = [];
    for await (const event of this.sources.events.readAll(from)) {
      if (event.position > to) break;
      events.push(event);
    }
    return this.plan(events);
  }

  private async plan(events: readonly RecordedEvent[]): Promise<Advance> {
    this.planned = events;
    const { advance, failure } = this.fed.plan(await this.sources.batches.decode(events, this.fed));
    if (failure !== undefined) throw new RebuildStopped(failure);
    return advance;
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
