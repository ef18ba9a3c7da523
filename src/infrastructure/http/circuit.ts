import type { Clock } from '../../application/ports/clock.js';
import type { Instant } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';

/** So many failures in a row, and nobody is made to wait for another one. */
const FAILURES = 5;
/** After so long one call may find out whether it is over. */
const REST = 30 * SECOND;

/** Keeps callers from waiting for another service that doesn't answer anybody. */
export class Circuit {
  private failures = 0;
  private restsUntil: Instant = 0;

  constructor(private readonly clock: Clock) {}

  /** Whether to try. The first to ask after a rest tries, and those after it rest on until it has come back. */
  admits(): boolean {
    if (this.failures < FAILURES) return true;
    const now = this.clock.now();
    if (now < this.restsUntil) return false;
    this.restsUntil = now + REST;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures += 1;
    if (this.failures >= FAILURES) this.restsUntil = this.clock.now() + REST;
  }
}
