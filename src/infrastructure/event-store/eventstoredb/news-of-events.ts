import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreClient } from './event-store-client.js';

/** In ms. News may be lost with a connection that nobody noticed the end of: so often readers look by themselves. */
const LOOK_ANYWAY = 5_000;
/** In ms. Before listening again. */
const PAUSE = 500;

/** One live subscription for all readers of a process. It says only that something came: what came, readers read. */
export class NewsOfEvents {
  private count = 0;
  private waiting: (() => void)[] = [];
  private listening: Promise<void> | undefined;

  constructor(
    private readonly client: EventStoreClient,
    private readonly ended: AbortSignal,
  ) {}

  /** Grows with all news. */
  get told(): number {
    this.listening ??= this.listen();
    return this.count;
  }

  /** Until something came after `told`, until it is time to look anyway, or until the signal. */
  async next(told: number, signal: AbortSignal): Promise<void> {
    if (this.count !== told || signal.aborted) return;
    let wake = (): void => undefined;
    const news = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.waiting.push(wake);
    signal.addEventListener('abort', wake, { once: true });
    const timer = setTimeout(wake, LOOK_ANYWAY);
    await news;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
    this.waiting = this.waiting.filter((each) => each !== wake);
  }

  private tell(): void {
    this.count += 1;
    for (const wake of this.waiting.splice(0)) wake();
  }

  private async listen(): Promise<void> {
    while (!this.ended.aborted) {
      // What came while nobody listened is news too: `listen` tells as soon as the server has confirmed.
      await this.client.listen(this.ended, () => this.tell()).catch(() => undefined);
      await delay(PAUSE, undefined, { signal: this.ended }).catch(() => undefined);
    }
  }
}
