import type { Instant } from '../kernel/time.js';

/**
 * Date, time and zone as people of the language write them.
 * @param language a BCP 47 tag
 * @param timeZone an IANA name
 */
export function momentIn(at: Instant, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(language, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}
