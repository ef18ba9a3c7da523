import type { AlarmClock } from '../../application/ports/clock.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';

/** In ms. The time of day may be set while an alarm waits, and a timer of Node's ends within 25 days: so it looks again. */
const LONGEST_TIMER = MINUTE;

/** The machine's time of day. No alarm of it keeps a process alive. */
export class SystemClock implements AlarmClock {
  now(): Instant {
    return Date.now();
  }

  ringAt(at: Instant, ring: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = Math.max(0, at - this.now());
      timer = setTimeout(() => (this.now() < at ? wait() : ring()), Math.min(left, LONGEST_TIMER)).unref();
    };
    wait();
    return () => clearTimeout(timer);
  }
}
