import { setTimeout as delay } from 'node:timers/promises';
import type {
  EventBatch,
  EventFilter,
  Position,
  Subscription,
} from '../../../application/ports/event-store.js';
import { SECOND } from '../../../domain/kernel/time.js';
import { PostgresFailure } from '../../postgres/postgres-failure.js';
import { PAGE } from './event-pages.js';
import type { EventPages, EventWindow } from './event-pages.js';
import type { NewsOfEvents } from './news-of-events.js';

const PAUSE_AFTER_FAILURE = SECOND;

/** Reads a window whenever it is asked for a batch, and between times waits for news: nothing is read ahead. */
export class PostgresSubscription implements Subscription {
  readonly #stopping = new AbortController();
  readonly #ended: AbortSignal;
  readonly #pages: EventPages;
  readonly #news: NewsOfEvents;
  readonly #after: Position;
  readonly #filter: EventFilter | undefined;

  /** @param closing ends the subscription with the store */
  constructor(
    pages: EventPages,
    news: NewsOfEvents,
    closing: AbortSignal,
    after: Position,
    filter?: EventFilter,
  ) {
    this.#ended = AbortSignal.any([this.#stopping.signal, closing]);
    this.#pages = pages;
    this.#news = news;
    this.#after = after;
    this.#filter = filter;
  }

  /** @throws RangeError where it begins after the last event: the reader has read another log than this one */
  async *batches(): AsyncGenerator<EventBatch, void, undefined> {
    let position = this.#after;
    let toldCaughtUp = false;
    while (!this.#ended.aborted) {
      const { told } = this.#news;
      const window = await this.#read(position);
      if (window === undefined) continue;
      if (position > window.head) {
        throw new RangeError(`position ${position} lies after the last event, ${window.head}`);
      }
      const before = position;
      position = Math.min(position + PAGE, window.head);
      const caughtUp = position === window.head;
      if (position > before || !toldCaughtUp) {
        toldCaughtUp = caughtUp;
        yield { events: window.events, position, caughtUp };
      }
      if (caughtUp) await this.#news.next(told, this.#ended);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Undefined where it was stopped meanwhile, or where the database is away or slow, after a pause: that passes. */
  async #read(after: Position): Promise<EventWindow | undefined> {
    try {
      const window = await this.#pages.window(after, after + PAGE, this.#filter);
      return this.#ended.aborted ? undefined : window;
    } catch (failure) {
      if (this.#ended.aborted) return undefined;
      if (!(failure instanceof PostgresFailure) || !PASSING.includes(failure.kind)) throw failure;
      await delay(PAUSE_AFTER_FAILURE, undefined, { signal: this.#ended }).catch(() => undefined);
      return undefined;
    }
  }
}

const PASSING = ['lost', 'timed-out'];
