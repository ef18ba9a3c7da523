import type { Duration, Instant } from '../../domain/kernel/time.js';

/** So many times in so long, for each name. */
export interface Rate {
  readonly name: string;
  readonly times: number;
  readonly per: Duration;
}

export interface RateLimits {
  /**
   * Spends one of a name's times.
   * @param key whose: kept as a keyed hash, for it may be personal
   * @returns null where there was one left, else when there will be
   */
  spend(rate: Rate, key: string): Promise<Instant | null>;

  /**
   * Whether a name's times are all spent; spends none.
   * @returns null where there is one left, else when there will be
   */
  spent(rate: Rate, key: string): Promise<Instant | null>;
}

export const RATE_LIMITS = Symbol('RateLimits');
