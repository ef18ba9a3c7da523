import type { Instant } from '../../domain/kernel/time.js';
import { DAY, HOUR } from '../../domain/kernel/time.js';
import { SLOT } from '../projections/compliance/counting.js';

/** A calendar day as ISO 8601 writes it: `2026-11-22`. Days sort as text. */
export type Day = string;

const WRITTEN = /^\d{4}-\d{2}-\d{2}$/;
/** No zone is further from UTC. */
const FURTHEST = 15 * HOUR;

/** The days of one time zone, with its changes of the clock: a day may last 23 or 25 hours. */
export class Calendar {
  private readonly format: Intl.DateTimeFormat;

  /** @param timeZone a name of the IANA time zone database */
  constructor(readonly timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  dayOf(at: Instant): Day {
    const parts = new Map(this.format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  }

  /** The first quarter of an hour of a day: where the clock skips midnight, the one it skips to. */
  startOf(day: Day): Instant {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    let [before, there] = [(midnight - FURTHEST) / SLOT, (midnight + FURTHEST) / SLOT];
    while (there - before > 1) {
      const middle = Math.floor((before + there) / 2);
      if (this.dayOf(middle * SLOT) >= day) there = middle;
      else before = middle;
    }
    return there * SLOT;
  }

  /** From the first to the last, both included. */
  days(first: Day, last: Day): readonly Day[] {
    const days: Day[] = [];
    for (let day = first; day <= last; day = daysAfter(day, 1)) days.push(day);
    return days;
  }
}

export function isDay(text: string): text is Day {
  if (!WRITTEN.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function daysAfter(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}
