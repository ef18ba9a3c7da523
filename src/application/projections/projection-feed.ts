import type { EventStore, Position, RecordedEvent, Subscription } from '../ports/event-store.js';
import type { AdvanceOutcome, ProjectionStore, Unapplied } from '../ports/projection-store.js';
import type { BatchedEvent, EventBatches, Interest } from './event-batch.js';
import { interestOf } from './event-batch.js';
import { endOfTurn, pause } from './event-loop.js';
import type { FedProjection, Plan } from './fed-projection.js';
import type { EventFailure } from './projection-failure.js';
import { refusal } from './projection-failure.js';
import type { ProjectionProgress } from './projection-progress.js';

/**
 * In ms. Between batches of what comes live, so that under load events share a transaction: it costs about as much as
 * applying ten of them, and writes a page once however many of them changed it. The longer times are for when nobody waits:
 * who begins to ends them, and waits for the shortest at most. The longest is for after a batch of many.
 */
const GATHERING = { least: 10, most: 100, underLoad: 500 };
const MANY_EVENTS = 50;

/** So many events are decoded, or applied for all projections, in one turn of the event loop, which commands share. */
const EVENTS_PER_TURN = 100;

/** Where so many are behind they are applied before more are read. */
const EVENTS_TOGETHER = 5_000;

export interface FeedSources {
  readonly events: EventStore;
  readonly batches: EventBatches;
  readonly store: ProjectionStore;
  /** Whoever waits may be another process, of which nothing is known here. */
  readonly readersElsewhere?: boolean;
}

/** Told while a feed is running. */
export interface FeedListener {
  advanced(feed: ProjectionFeed): void;
  /** An event stopped this one. The feed has let go of it and goes on with the others. */
  stopped(fed: FedProjection, failure: EventFailure): void;
  /** Somebody swapped this one for a generation that the feed can't take on from where it is. It has let go of it. */
  strayed(fed: FedProjection): void;
}

/** One subscription that takes one or more projections on together. */
export class ProjectionFeed {
  private readonly held: Set<FedProjection>;
  private readonly subscription: Subscription;
  private readonly ended = new AbortController();

  /** @param handedOver no projection is behind it, and events up to it are not handed over again */
  constructor(
    private readonly sources: FeedSources,
    private readonly progress: ProjectionProgress,
    private readonly listener: FeedListener,
    private handedOver: Position,
    projections: readonly FedProjection[],
  ) {
    this.held = new Set(projections);
    this.subscription = sources.events.subscribeAll(handedOver);
  }

  get position(): Position {
    return this.handedOver;
  }

  /** Whoever stands at this position may join: the feed has not handed over anything beyond, nor is it far behind. */
  isCloseBehind(position: Position): boolean {
    return !this.isEnding && this.handedOver <= position && position - this.handedOver <= EVENTS_PER_TURN;
  }

  get projections(): readonly FedProjection[] {
    return [...this.held];
  }

  /**
   * Until it is stopped or holds no projection.
   * @throws where no event is to blame
   */
  async run(): Promise<void> {
    let behind: RecordedEvent[] = [];
    try {
      for await (const { events, caughtUp } of this.subscription.batches()) {
        behind.push(...events);
        if (behind.length === 0 || (!caughtUp && behind.length < EVENTS_TOGETHER)) continue;
        const taken = behind;
        behind = [];
        await this.take(taken);
        if (this.held.size === 0) this.ended.abort();
        if (this.isEnding) return;
        await endOfTurn();
        if (caughtUp) await this.gather(taken.length);
      }
    } finally {
      this.subscription.stop();
    }
  }

  /** What has begun is finished first. */
  stop(): void {
    this.ended.abort();
    this.subscription.stop();
  }

  /** Takes over projections that are nowhere behind its position. */
  join(projections: readonly FedProjection[]): void {
    for (const fed of projections) this.held.add(fed);
  }

  /** Lets go of all and ends. */
  release(): readonly FedProjection[] {
    const released = this.projections;
    this.held.clear();
    this.stop();
    return released;
  }

  private get isEnding(): boolean {
    return this.ended.signal.aborted;
  }

  /** @param before how many events the batch before had */
  private async gather(before: number): Promise<void> {
    const { least, most, underLoad } = GATHERING;
    await pause(least);
    if (this.sources.readersElsewhere === true) return;
    const longest = before < MANY_EVENTS ? most : underLoad;
    await this.progress.awaited(longest - least, this.ended.signal);
  }

  private async take(events: readonly RecordedEvent[]): Promise<void> {
    // Whoever joins from now on is planned for with the next events only.
    const projections = this.projections;
    const before = this.handedOver;
    this.handedOver = events.at(-1)?.position ?? before;
    const batch = await this.decode(events, interestOf(projections));
    // Many events are applied for one projection at a time, so that no turn takes long.
    const groups = events.length > EVENTS_PER_TURN ? projections.map((fed) => [fed]) : [projections];
    for (const [index, group] of groups.entries()) {
      if (index > 0) await endOfTurn();
      await this.apply(group, batch, before);
    }
    this.listener.advanced(this);
  }

  private async decode(
    events: readonly RecordedEvent[],
    interest: Interest,
  ): Promise<readonly BatchedEvent[]> {
    const { batches } = this.sources;
    if (events.length <= EVENTS_PER_TURN) return batches.decode(events, interest);
    const batch: BatchedEvent[] = [];
    for (let start = 0; start < events.length; start += EVENTS_PER_TURN) {
      batch.push(...(await batches.decode(events.slice(start, start + EVENTS_PER_TURN), interest)));
      await endOfTurn();
    }
    return batch;
  }

  private async apply(
    projections: readonly FedProjection[],
    batch: readonly BatchedEvent[],
    before: Position,
  ): Promise<void> {
    const plans = new Map(projections.map((fed) => [fed, fed.plan(batch)]));
    let outcome = await this.carryOut(plans);
    while (outcome.kind !== 'applied') {
      await this.adjust(plans, outcome, batch, before);
      outcome = await this.carryOut(plans);
    }
    for (const [fed, { advance, failure }] of plans) {
      fed.position = advance.to;
      if (failure !== undefined) {
        this.held.delete(fed);
        this.listener.stopped(fed, failure);
      }
    }
  }

  private carryOut(plans: ReadonlyMap<FedProjection, Plan>): Promise<AdvanceOutcome> {
    return this.sources.store.advance([...plans.values()].map(({ advance }) => advance));
  }

  /** Plans anew for those because of whom nothing was applied. */
  private async adjust(
    plans: Map<FedProjection, Plan>,
    outcome: Unapplied,
    batch: readonly BatchedEvent[],
    before: Position,
  ): Promise<void> {
    for (const [fed, { advance }] of plans) {
      if (outcome.kind === 'refused') {
        if (outcome.projection === fed.name) {
          plans.set(fed, fed.stoppedBy(refusal(advance, outcome), advance.steps));
        }
      } else if (outcome.projections.includes(fed.name)) {
        if (await this.follow(fed, before)) plans.set(fed, fed.plan(batch));
        else plans.delete(fed);
      }
    }
  }

  /** Goes on with the generation that is live now, if that leaves no gap. */
  private async follow(fed: FedProjection, before: Position): Promise<boolean> {
    const live = await this.sources.store.live(fed.name);
    if (live?.version === fed.projection.version && live.position >= before) {
      fed.moveTo(live);
      return true;
    }
    this.held.delete(fed);
    this.listener.strayed(fed);
    return false;
  }
}
