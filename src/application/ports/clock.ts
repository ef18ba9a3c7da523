import type { Instant } from '../../domain/kernel/time.js';

export interface Clock {
  now(): Instant;
}

export const CLOCK = Symbol('Clock');
