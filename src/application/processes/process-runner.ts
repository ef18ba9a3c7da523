import { SECOND } from '../../domain/kernel/time.js';
import type { OperatorLog } from '../operator-log.js';
import type { AlarmClock } from '../ports/clock.js';
import type { Position } from '../ports/event-store.js';
import type { ProjectionFailure } from '../projections/projection-failure.js';
import { machineFailure } from '../projections/projection-failure.js';
import type { ProcessSources } from './process-reader.js';
import { ProcessReader } from './process-reader.js';
import type { Process } from './process.js';

/** In ms: after so long a process is started again that the machine has stopped. */
const REVIEW_AFTER = SECOND;

/** What health and metrics show of a process. */
export interface ProcessReport {
  readonly process: string;
  /** `elsewhere`: another process of the service goes on with it, and knows more of it. */
  readonly status: 'running' | 'stopped' | 'elsewhere';
  /** Every event up to here was turned into jobs. */
  readonly position: Position;
  /** How many events that is behind the last one recorded. */
  readonly lag: number;
  /** Why it stopped; null unless it did. */
  readonly failure: ProjectionFailure | null;
}

/** A process as the runner looks after it. */
interface Supervised {
  readonly process: Process;
  position: Position;
  reader: ProcessReader | null;
  failure: ProjectionFailure | null;
  /** Puts off being started again. */
  putOff: (() => void) | null;
}

/** Keeps the processes up with the events. Each has a subscription of its own: one that stops lets the others go on. */
export class ProcessRunner {
  private readonly supervised: readonly Supervised[];
  private readonly underWay = new Set<Promise<void>>();
  private isClosing = false;

  constructor(
    processes: readonly Process[],
    private readonly sources: ProcessSources,
    private readonly log: OperatorLog,
    private readonly clock: AlarmClock,
  ) {
    const nothing = { position: 0, reader: null, failure: null, putOff: null };
    this.supervised = processes.map((process) => ({ process, ...nothing }));
  }

  /** Answers when each stands at its checkpoint. Catching up goes on in the background. */
  async start(): Promise<void> {
    for (const each of this.supervised) each.position = await this.checkpointOf(each);
    for (const each of this.supervised) this.read(each);
  }

  /** What has begun is finished: no batch is left half handled. */
  async stop(): Promise<void> {
    this.isClosing = true;
    for (const { putOff, reader } of this.supervised) {
      putOff?.();
      reader?.stop();
    }
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  async report(): Promise<readonly ProcessReport[]> {
    const head = await this.sources.events.head();
    return this.supervised.map(({ failure, position: at, process, reader }) => {
      const position = reader?.position ?? at;
      const lag = Math.max(0, head - position);
      return {
        process: process.name,
        status: reader === null ? 'stopped' : 'running',
        position,
        lag,
        failure,
      };
    });
  }

  /** One ahead of the events has read some that are no more (a restored backup): what comes in their place is new to it. */
  private async checkpointOf({ process: { name } }: Supervised): Promise<Position> {
    const { events, store } = this.sources;
    const from = await store.position(name);
    const head = await events.head();
    if (from <= head) return from;
    await store.advance({ process: name, from, to: head, jobs: [] });
    this.log.info({ process: name, from, to: head }, 'a process was ahead of the events');
    return head;
  }

  private read(supervised: Supervised): void {
    const reader = new ProcessReader(supervised.process, this.sources, supervised.position);
    supervised.reader = reader;
    supervised.failure = null;
    this.inBackground(this.runToEnd(supervised, reader));
  }

  private async runToEnd(supervised: Supervised, reader: ProcessReader): Promise<void> {
    try {
      const failure = await reader.run();
      if (failure !== undefined) this.halt(supervised, reader, failure);
    } catch (error) {
      this.halt(supervised, reader, machineFailure(error));
    }
  }

  private halt(supervised: Supervised, reader: ProcessReader, failure: ProjectionFailure): void {
    supervised.position = reader.position;
    supervised.reader = null;
    supervised.failure = failure;
    this.log.error({ process: supervised.process.name, failure }, 'a process stopped');
    // An event that can't be handled is as it is: another release may know what to do with it.
    if (failure.kind === 'machine') this.reviewLater(supervised);
  }

  private reviewLater(supervised: Supervised): void {
    if (this.isClosing) return;
    supervised.putOff = this.clock.ringAt(this.clock.now() + REVIEW_AFTER, () =>
      this.inBackground(this.goOn(supervised)),
    );
  }

  private async goOn(supervised: Supervised): Promise<void> {
    try {
      supervised.position = await this.checkpointOf(supervised);
    } catch (error) {
      supervised.failure = machineFailure(error);
      this.reviewLater(supervised);
      return;
    }
    if (this.isClosing) return;
    this.log.info({ process: supervised.process.name, position: supervised.position }, 'a process goes on');
    this.read(supervised);
  }

  private inBackground(work: Promise<void>): void {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}

/** What a process of the service can tell that goes on with none of them. */
export function processesFromAfar(
  processes: readonly Process[],
  { events, store }: Pick<ProcessSources, 'events' | 'store'>,
): Promise<readonly ProcessReport[]> {
  return Promise.all(
    processes.map(async ({ name: process }): Promise<ProcessReport> => {
      const position = await store.position(process);
      const lag = Math.max(0, (await events.head()) - position);
      return { process, status: 'elsewhere', position, lag, failure: null };
    }),
  );
}
