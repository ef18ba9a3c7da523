import { setTimeout } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/**
 * Milliseconds to wait before a repeat: at random up to twice as long each time, so that clients who failed together don't
 * come back together, and never less than the service asked for.
 * @param failures in a row, from 1
 */
export function pauseAfter(failures: number, askedMs = 0): number {
  return askedMs + Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
}

/** @throws AbortError */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal });
}
