import type { AlarmClock } from '../../src/application/ports/clock.js';
import type { Instant } from '../../src/domain/kernel/time.js';

interface Alarm {
  readonly at: Instant;
  readonly ring: () => void;
}

/** A clock that stands still until it is told to go on. */
export class AdvancingClock implements AlarmClock {
  #now: Instant = Date.parse('2026-03-02T09:00:00.000Z');
  readonly #alarms = new Set<Alarm>();

  now(): Instant {
    return this.#now;
  }

  /** Rings the alarms up to that moment, the earliest first. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    this.#ringDue();
  }

  ringAt(at: Instant, ring: () => void): () => void {
    const alarm = { at, ring };
    this.#alarms.add(alarm);
    setImmediate(() => this.#ringDue());
    return () => void this.#alarms.delete(alarm);
  }

  /** When alarms will ring, the earliest first. */
  get alarms(): readonly Instant[] {
    return [...this.#alarms].map(({ at }) => at).sort((one, other) => one - other);
  }

  /** The moment so far from now, as answers write it. */
  in(milliseconds: number): string {
    return new Date(this.#now + milliseconds).toISOString();
  }

  #ringDue(): void {
    const due = [...this.#alarms].filter(({ at }) => at <= this.#now).sort((one, other) => one.at - other.at);
    for (const alarm of due) if (this.#alarms.delete(alarm)) alarm.ring();
  }
}
