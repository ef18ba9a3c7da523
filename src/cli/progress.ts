import { SingleBar } from 'cli-progress';

/** In steps: a bar that is told of each costs more than what it tells of. */
const TOLD_EVERY = 100;

/** A line on a terminal that says how far something is, on standard error; nothing elsewhere. */
export class Progress {
  readonly #bar = new SingleBar({
    format: '{what} [{bar}] {percentage}% | {value}/{total}',
    hideCursor: true,
    stream: process.stderr,
  });
  #what = '';
  #done = 0;

  /** One more. Another word for what is done begins to count anew. */
  step(what: string, total: number): void {
    if (what !== this.#what) {
      this.end();
      this.#what = what;
      this.#bar.start(total, 0, { what });
    }
    this.#done += 1;
    if (this.#done % TOLD_EVERY === 0 || this.#done === total) this.#bar.update(this.#done);
  }

  end(): void {
    this.#bar.stop();
    this.#what = '';
    this.#done = 0;
  }
}
