import type { Duration } from '../../domain/kernel/time.js';
import type { Position } from '../ports/event-store.js';

interface Waiter {
  readonly position: Position;
  readonly arrived: () => void;
}

/** Where the projections fed by this process have got to, for those who wait for it. */
export class ProjectionProgress {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private readonly lookouts = new Set<() => void>();

  advanced(projection: string, position: Position): void {
    for (const waiter of this.waiters.get(projection) ?? []) {
      if (waiter.position <= position) waiter.arrived();
    }
  }

  /** Ends when the projection is said to be at the position, or after `timeout` milliseconds. */
  next(projection: string, position: Position, timeout: Duration): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.waitersFor(projection);
      const waiter = { position, arrived };
      const timer = setTimeout(arrived, timeout);
      waiting.add(waiter);
      for (const awaited of this.lookouts) awaited();

      function arrived(): void {
        clearTimeout(timer);
        waiting.delete(waiter);
        resolve();
      }
    });
  }

  /** Ends when somebody waits for a projection, or after `timeout` milliseconds, or by the signal. */
  awaited(timeout: Duration, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.lookouts.delete(end);
        resolve();
      };
      const timer = setTimeout(end, timeout);
      signal.addEventListener('abort', end);
      this.lookouts.add(end);
      if (signal.aborted || this.isAwaited) end();
    });
  }

  private get isAwaited(): boolean {
    return [...this.waiters.values()].some((waiting) => waiting.size > 0);
  }

  private waitersFor(projection: string): Set<Waiter> {
    const known = this.waiters.get(projection);
    if (known !== undefined) return known;
    const waiters = new Set<Waiter>();
    this.waiters.set(projection, waiters);
    return waiters;
  }
}
