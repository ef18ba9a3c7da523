import type { Instant } from '../../domain/kernel/time.js';

export interface Clock {
  now(): Instant;
}

/** What wakes whoever waits for a moment, so that nobody asks for the time over and over. */
export interface Alarms {
  /**
   * Rings once, as soon as the clock shows `at` or later: never before, and never within this call.
   * @returns puts it off for good; nothing happens where it has rung
   */
  ringAt(at: Instant, ring: () => void): () => void;
}

export type AlarmClock = Clock & Alarms;

export const CLOCK = Symbol('Clock');
