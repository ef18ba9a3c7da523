import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  EventBatch,
  EventFilter,
  Position,
  Subscription,
} from '../../../application/ports/event-store.js';
import { PAGE } from './event-pages.js';
import type { EventPages } from './event-pages.js';

/** Reads a window whenever it is asked for a batch, and between times waits for a commit: no timer, nothing read ahead. */
export class SqliteSubscription implements Subscription {
  readonly #stopping = new AbortController();
  readonly #ended: AbortSignal;
  readonly #pages: EventPages;
  readonly #commits: EventEmitter;
  readonly #after: Position;
  readonly #filter: EventFilter | undefined;

  /**
   * @param commits emits `committed` after every commit
   * @param closing ends the subscription with the store
   */
  constructor(
    pages: EventPages,
    commits: EventEmitter,
    closing: AbortSignal,
    after: Position,
    filter?: EventFilter,
  ) {
    this.#ended = AbortSignal.any([this.#stopping.signal, closing]);
    this.#pages = pages;
    this.#commits = commits;
    this.#after = after;
    this.#filter = filter;
  }

  async *batches(): AsyncGenerator<EventBatch, void, undefined> {
    const read = this.#pages.window(this.#filter);
    let position = this.#after;
    let toldCaughtUp = false;
    while (!this.#ended.aborted) {
      const head = this.#pages.head();
      if (position === head && toldCaughtUp) {
        await this.#commit();
        continue;
      }
      const upTo = Math.min(position + PAGE, head);
      const events = read(position, upTo);
      const caughtUp = upTo === head;
      position = upTo;
      toldCaughtUp = caughtUp;
      yield { events, position, caughtUp };
      await nextTurn();
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #commit(): Promise<void> {
    try {
      await once(this.#commits, 'committed', { signal: this.#ended });
    } catch (failure) {
      if (!this.#ended.aborted) throw failure;
    }
  }
}
