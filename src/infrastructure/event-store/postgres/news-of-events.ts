import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../../domain/kernel/time.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import { RECORDED } from './event-layout.js';

/** For events of other processes whose notification was lost, or went to a connection that was. */
const LOOKS_ANYWAY_AFTER = SECOND;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2 * SECOND;

/**
 * Tells those who have read everything that there may be more: this process's own appends by itself, those of others by
 * `LISTEN`, over a connection that is made anew when it is lost; and every second in any case.
 */
export class NewsOfEvents {
  readonly #database: PostgresDatabase;
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #told = 0;
  #listening = false;
  #anyway: NodeJS.Timeout | undefined;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    database.closing.addEventListener('abort', () => clearInterval(this.#anyway), { once: true });
  }

  /** What `next` takes: read before looking, so that nothing told in between is missed. */
  get told(): number {
    return this.#told;
  }

  tell(): void {
    this.#told += 1;
    this.#emitter.emit('news');
  }

  /** Waits for news that came after `told`, or for the signal. */
  async next(told: number, ended: AbortSignal): Promise<void> {
    this.#listen();
    if (told !== this.#told || ended.aborted) return;
    await once(this.#emitter, 'news', { signal: ended }).catch((failure: unknown) => {
      if (!ended.aborted) throw failure;
    });
  }

  #listen(): void {
    if (this.#listening || this.#database.closing.aborted) return;
    this.#listening = true;
    this.#anyway = setInterval(() => this.tell(), LOOKS_ANYWAY_AFTER).unref();
    void this.#listenForGood();
  }

  async #listenForGood(): Promise<void> {
    const { closing } = this.#database;
    let pause = FIRST_PAUSE;
    while (!closing.aborted) {
      const heard = await this.#listenUntilLost().catch(() => false);
      pause = heard ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      await delay(pause, undefined, { signal: closing }).catch(() => undefined);
    }
  }

  /** True if it listened for a while. */
  async #listenUntilLost(): Promise<boolean> {
    const client = await this.#database.connect();
    const { closing } = this.#database;
    const lost = new Promise<void>((resolve) => {
      client.once('end', resolve);
    });
    const end = (): void => void client.end();
    closing.addEventListener('abort', end, { once: true });
    if (closing.aborted) end();
    client.on('notification', () => this.tell());
    try {
      await client.query(`listen ${RECORDED}`);
      // What was recorded while nobody listened.
      this.tell();
      await lost;
      return true;
    } finally {
      closing.removeEventListener('abort', end);
    }
  }
}
