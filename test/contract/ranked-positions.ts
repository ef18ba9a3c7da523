import type {
  Appended,
  EventFilter,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  Position,
  RecordedEvent,
  Revision,
  Subscription,
} from '../../src/application/ports/event-store.js';

/**
 * Shows a store whose positions have gaps as one that counts from 1, so that the same suite holds both to their order: the first
 * event has rank 1, the next one 2. Ranks follow from reading the whole log, nothing is made up.
 */
export class RankedPositions implements EventStore {
  private readonly positions: Position[] = [];
  private readonly ranks = new Map<Position, number>();
  private learning: Promise<void> | undefined;

  constructor(private readonly store: EventStore) {}

  async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    const appended = await this.store.append(stream, events, expected);
    return { ...appended, position: await this.rankOf(appended.position) };
  }

  async *readStream(stream: string, from: Revision): AsyncGenerator<RecordedEvent> {
    for await (const recorded of this.store.readStream(stream, from)) yield this.ranked(recorded);
  }

  streamsNamed(prefix: string): AsyncIterable<string> {
    return this.store.streamsNamed(prefix);
  }

  async *readAll(after: Position, filter?: EventFilter): AsyncGenerator<RecordedEvent> {
    const from = await this.positionOf(after);
    for await (const recorded of this.store.readAll(from, filter)) yield this.ranked(recorded);
  }

  subscribeAll(after: Position, filter?: EventFilter): Subscription {
    const known = after === 0 ? 0 : this.positions[after - 1];
    const subscription = this.store.subscribeAll(known ?? after, filter);
    const rank = (recorded: RecordedEvent): Promise<RecordedEvent> => this.ranked(recorded);
    const rankOf = (position: Position): Promise<number> =>
      position === 0 ? Promise.resolve(0) : this.rankOf(position);
    return {
      stop: () => subscription.stop(),
      async *batches() {
        for await (const { caughtUp, events, position } of subscription.batches()) {
          const ranked: RecordedEvent[] = [];
          for (const event of events) ranked.push(await rank(event));
          yield { events: ranked, position: await rankOf(position), caughtUp };
        }
      },
    };
  }

  async readAt(positions: readonly Position[]): Promise<readonly (RecordedEvent | undefined)[]> {
    await this.learn();
    const found = await this.store.readAt(
      positions.map((rank) => (Number.isSafeInteger(rank) ? (this.positions[rank - 1] ?? rank) : rank)),
    );
    return Promise.all(
      found.map((event) => (event === undefined ? Promise.resolve(undefined) : this.ranked(event))),
    );
  }

  async head(): Promise<Position> {
    const head = await this.store.head();
    return head === 0 ? 0 : this.rankOf(head);
  }

  private async ranked(recorded: RecordedEvent): Promise<RecordedEvent> {
    return { ...recorded, position: await this.rankOf(recorded.position) };
  }

  private async rankOf(position: Position): Promise<number> {
    // One that was under way may have begun before the event was there.
    for (let looks = 0; looks < 2 && !this.ranks.has(position); looks++) await this.learn();
    const rank = this.ranks.get(position);
    if (rank === undefined) throw new Error(`no event stands at ${position}`);
    return rank;
  }

  private async positionOf(rank: number): Promise<Position> {
    if (!Number.isSafeInteger(rank) || rank < 1) return rank;
    await this.learn();
    return this.positions[rank - 1] ?? Number.MAX_SAFE_INTEGER;
  }

  /** One at a time, for all who ask meanwhile. */
  private learn(): Promise<void> {
    this.learning ??= this.readOn().finally(() => {
      this.learning = undefined;
    });
    return this.learning;
  }

  private async readOn(): Promise<void> {
    for await (const { position } of this.store.readAll(this.positions.at(-1) ?? 0)) {
      this.positions.push(position);
      this.ranks.set(position, this.positions.length);
    }
  }
}
