import { SECOND } from '../domain/kernel/time.js';
import type { Duration } from '../domain/kernel/time.js';
import { nameOf } from './error-summary.js';
import type { OperatorLog } from './operator-log.js';
import type { Leases } from './ports/leases.js';

/** What one process at a time does. It is begun once, and not again after it was stopped. */
export interface Work {
  start(): Promise<void>;
  /** Answers when what has begun is finished. */
  stop(): Promise<void>;
}

export interface LeaseTimes {
  /** In ms: after so long another process takes over from one that is not heard of any more. */
  readonly lifetime: Duration;
  /** In ms: so often is the lease renewed, or asked for. */
  readonly every: Duration;
}

/** Together well below ten seconds, within which the work of a process that was killed goes on elsewhere. */
const TIMES: LeaseTimes = { lifetime: 6 * SECOND, every: SECOND };

/**
 * Work that goes on in one of several processes: in the one that holds its lease. A holder that was paused may go on for a moment
 * after its lease was over, so that the work itself must be harmless where it is done twice, or be fenced where it writes.
 */
export class LeasedWork<Kind extends Work> {
  private turn: Turn<Kind> | undefined;
  private rounds: Promise<void> = Promise.resolve();
  private readonly closing = new AbortController();

  /**
   * @param make for each turn anew
   * @param owners gives random names that never come again
   */
  constructor(
    private readonly name: string,
    private readonly make: () => Kind,
    private readonly leases: Leases,
    private readonly owners: () => string,
    private readonly log: OperatorLog,
    private readonly times = TIMES,
  ) {}

  /** What this process does of it just now; undefined while another one has the lease, and until it has begun. */
  get current(): Kind | undefined {
    return this.turn?.state === 'begun' ? this.turn.work : undefined;
  }

  /** Answers when it was asked for the first time whose turn it is, and where it is this process's, when the work has begun. */
  async start(): Promise<void> {
    await this.round();
    this.rounds = this.goOn();
    await this.turn?.begun;
  }

  /** What has begun is finished, and the lease is free for the next one at once. */
  async stop(): Promise<void> {
    this.closing.abort();
    await this.rounds;
    await this.end();
  }

  private async goOn(): Promise<void> {
    const { signal } = this.closing;
    for (;;) {
      await pause(this.times.every, signal);
      if (signal.aborted) return;
      await this.round();
    }
  }

  private async round(): Promise<void> {
    try {
      if (this.turn === undefined) await this.ask();
      else if (this.turn.state === 'failed') await this.end();
      else if (!(await this.leases.renew(this.name, this.turn.owner, this.times.lifetime))) {
        this.log.info({ work: this.name }, 'the lease of this work is over');
        await this.end();
      }
    } catch (error) {
      // Whoever keeps the lease can't give it to anybody else meanwhile.
      this.log.error({ work: this.name, failure: nameOf(error) }, 'a lease can’t be renewed or asked for');
    }
  }

  private async ask(): Promise<void> {
    const owner = this.owners();
    if ((await this.leases.acquire(this.name, owner, this.times.lifetime, 0)) === undefined) return;
    this.log.info({ work: this.name }, 'this process does this work from now on');
    const turn: Turn<Kind> = { work: this.make(), owner, begun: Promise.resolve(), state: 'beginning' };
    this.turn = turn;
    // In the background, for the lease has to be renewed meanwhile.
    turn.begun = turn.work.start().then(
      () => void (turn.state = 'begun'),
      (error: unknown) => {
        turn.state = 'failed';
        this.log.error({ work: this.name, failure: nameOf(error) }, 'work could not be begun');
      },
    );
  }

  private async end(): Promise<void> {
    const { turn } = this;
    if (turn === undefined) return;
    this.turn = undefined;
    await turn.begun;
    await turn.work.stop();
    await this.leases.release(this.name, turn.owner).catch((error: unknown) => {
      this.log.error({ work: this.name, failure: nameOf(error) }, 'a lease could not be given back');
    });
  }
}

/** One stretch of time in which this process has the lease. */
interface Turn<Kind> {
  readonly work: Kind;
  readonly owner: string;
  begun: Promise<void>;
  state: 'beginning' | 'begun' | 'failed';
}

function pause(duration: Duration, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, duration);
    signal.addEventListener('abort', end);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
