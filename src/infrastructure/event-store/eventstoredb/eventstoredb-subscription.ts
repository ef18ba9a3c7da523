import { setTimeout as delay } from 'node:timers/promises';
import type {
  EventBatch,
  Position,
  RecordedEvent,
  Subscription,
} from '../../../application/ports/event-store.js';
import type { EventStoreClient } from './event-store-client.js';
import { EventStoreUnavailable } from './event-store-failure.js';
import type { NewsOfEvents } from './news-of-events.js';

/** Of a batch. */
export const PAGE = 1_000;
/** In ms. */
const PAUSE_AFTER_FAILURE = 1_000;

/**
 * Reads on from its own position whenever it is asked for a batch, and between times waits for news: nothing is read ahead, and
 * there is no connection whose end could lose something.
 */
export class EventStoreDbSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readonly ended: AbortSignal;

  constructor(
    private readonly client: EventStoreClient,
    private readonly news: NewsOfEvents,
    closing: AbortSignal,
    private readonly after: Position,
    private readonly prefixes: readonly string[],
    /** The server filters by one thing at a time: these are left out here. */
    private readonly withoutTypes: ReadonlySet<string>,
  ) {
    this.ended = AbortSignal.any([this.stopping.signal, closing]);
  }

  async *batches(): AsyncGenerator<EventBatch, void, undefined> {
    let position = this.after;
    let toldCaughtUp = false;
    while (!this.ended.aborted) {
      const { told } = this.news;
      const found = await this.read(position);
      if (found === undefined) continue;
      const looked = found.slice(0, PAGE);
      const caughtUp = found.length <= PAGE;
      position = looked.at(-1)?.position ?? position;
      if (looked.length > 0 || (caughtUp && !toldCaughtUp)) {
        toldCaughtUp = caughtUp;
        yield { events: looked.filter(({ type }) => !this.withoutTypes.has(type)), position, caughtUp };
      }
      if (caughtUp) await this.news.next(told, this.ended);
    }
  }

  stop(): void {
    this.stopping.abort();
  }

  /** One more than a batch, to know whether more is there. Undefined where it was stopped or the server is away. */
  private async read(after: Position): Promise<readonly RecordedEvent[] | undefined> {
    try {
      const found = await this.client.ofLog(after, this.prefixes, PAGE + 1);
      return this.ended.aborted ? undefined : found;
    } catch (error) {
      if (this.ended.aborted) return undefined;
      if (!(error instanceof EventStoreUnavailable)) throw error;
      await delay(PAUSE_AFTER_FAILURE, undefined, { signal: this.ended }).catch(() => undefined);
      return undefined;
    }
  }
}
