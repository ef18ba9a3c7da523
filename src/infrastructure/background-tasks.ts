import type { Logger } from 'pino';
import type { Background } from '../application/ports/background.js';

/** Longer than it takes to write an answer that is ready, and too short to be felt. */
const ANSWER_LEAVES = 10;

/** Tasks of this process. One that a crash takes along is asked for again by whoever misses what it did. */
export class BackgroundTasks implements Background {
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly logger: Logger) {}

  answerLeft(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ANSWER_LEAVES));
  }

  watch(task: Promise<unknown>): void {
    const watched = task.catch((error: unknown) => {
      this.logger.error({ err: error }, 'a task in the background failed');
    });
    this.underWay.add(watched);
    void watched.then(() => this.underWay.delete(watched));
  }

  /** When all that was begun is done. */
  async done(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }
}
