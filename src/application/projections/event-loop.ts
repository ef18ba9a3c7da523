import type { Duration } from '../../domain/kernel/time.js';

/** Lets everything else that waits have its turn. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets so many milliseconds pass. */
export function pause(duration: Duration): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, duration);
  });
}
