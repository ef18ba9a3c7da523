import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ATTEMPTS, pauseAfter } from '../../src/application/ports/job-pauses.js';
import { WebhookNotDelivered } from '../../src/application/ports/webhooks.js';
import { HOUR, SECOND } from '../../src/domain/kernel/time.js';

const LONGEST = 6 * HOUR;
const attempts = fc.integer({ min: 1, max: ATTEMPTS - 1 });
const grown = (attempt: number): number => Math.min(LONGEST, 5 * SECOND * 4 ** (attempt - 1));
const busy = (retryAfter: number): Error => new WebhookNotDelivered('http-429', retryAfter);

describe('the pause after a failure', () => {
  it('grows with the attempts, and is at most a quarter longer', () => {
    fc.assert(
      fc.property(fc.uuid(), attempts, (id, attempt) => {
        const pause = pauseAfter({ id, attempt });
        expect(pause).toBeGreaterThanOrEqual(grown(attempt));
        expect(pause).toBeLessThanOrEqual(grown(attempt) * 1.25);
        expect(pause).toBe(pauseAfter({ id, attempt }, new Error('again')));
      }),
    );
  });

  it('is never shorter than what was asked for up to six hours, nor than it is without', () => {
    fc.assert(
      fc.property(fc.uuid(), attempts, fc.nat(2 * LONGEST), (id, attempt, asked) => {
        const pause = pauseAfter({ id, attempt }, busy(asked)) ?? 0;
        const least = Math.max(grown(attempt), Math.min(asked, LONGEST));
        expect(pause).toBeGreaterThanOrEqual(least);
        expect(pause).toBeLessThanOrEqual(Math.round(least * 1.25));
      }),
    );
    expect(pauseAfter({ id: 'job-1', attempt: 1 }, busy(Infinity))).toBeLessThanOrEqual(LONGEST * 1.25);
  });

  it.each([undefined, HOUR])(
    'spreads what failed together over that quarter, where %s was asked for',
    (asked) => {
      const error = asked === undefined ? undefined : busy(asked);
      const least = asked ?? 5 * SECOND;
      const tenths = new Array<number>(10).fill(0);
      for (let index = 0; index < 1_000; index++) {
        const pause = pauseAfter({ id: `webhook-delivery.${index}`, attempt: 1 }, error) ?? 0;
        const tenth = Math.min(9, Math.floor(((pause - least) / (least / 4)) * 10));
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      expect(Math.min(...tenths)).toBeGreaterThan(50);
      expect(Math.max(...tenths)).toBeLessThan(150);
    },
  );

  it('never ends after the last attempt, or where trying again is no use', () => {
    expect(pauseAfter({ id: 'job-1', attempt: ATTEMPTS }, busy(0))).toBeUndefined();
    expect(pauseAfter({ id: 'job-1', attempt: 1 }, new WebhookNotDelivered('gone'))).toBeUndefined();
  });
});
