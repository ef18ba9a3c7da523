import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const WORKER = fileURLToPath(new URL('./checkpoint-worker.js', import.meta.url));

/**
 * Moves write-ahead logs into their files twice a second, in a thread of its own. Whoever writes moves what is left of a log
 * that has grown long, with everybody waiting for it: little is left, then. Nothing depends on this thread but how long that takes.
 */
export class CheckpointThread {
  readonly #worker: Worker | undefined;

  /**
   * @param files that others have open, and keep open until this is closed
   * @param worker the compiled thread; without it writers do all of it, as they do from the sources
   */
  constructor(files: readonly string[], worker = WORKER) {
    if (!existsSync(worker)) return;
    this.#worker = new Worker(worker, { workerData: files });
    this.#worker.unref();
    // A thread that failed has ended: writers do all of it from then on.
    this.#worker.on('error', () => undefined);
  }

  /** Answers when its connections are closed: the last one of a file to be closed takes the log away. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined || worker.threadId === -1) return;
    await new Promise((resolve) => {
      worker.once('exit', resolve);
      worker.ref();
      worker.postMessage('close');
    });
  }
}
