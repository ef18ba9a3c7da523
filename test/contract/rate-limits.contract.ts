import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RateLimits } from '../../src/application/ports/rate-limits.js';
import { MINUTE } from '../../src/domain/kernel/time.js';

export interface RateLimitsUnderTest {
  readonly limits: RateLimits;
  /** Closes and opens it again on what it kept. */
  reopen(): Promise<RateLimits>;
  close(): Promise<void>;
}

const RATE = { name: 'guess', times: 2, per: MINUTE } as const;

/** What every adapter of the port holds to. */
export function rateLimitsContract(
  name: string,
  open: (clock: () => number) => Promise<RateLimitsUnderTest>,
): void {
  describe(name, () => {
    let now: number;
    let under: RateLimitsUnderTest;

    beforeEach(async () => {
      now = 1_000_000;
      under = await open(() => now);
    });
    afterEach(() => under.close());

    it('gives each key its times, and says when there are some again', async () => {
      const { limits } = under;
      expect(await limits.spend(RATE, 'ada')).toBeNull();
      now += 1;
      expect(await limits.spend(RATE, 'ada')).toBeNull();
      expect(await limits.spend(RATE, 'ada')).toBe(1_000_000 + MINUTE);
      expect(await limits.spend(RATE, 'bob')).toBeNull();
      expect(await limits.spend({ ...RATE, name: 'send' }, 'ada')).toBeNull();
      now = 1_000_000 + MINUTE;
      expect(await limits.spend(RATE, 'ada')).toBeNull();
    });

    it('tells whether all are spent, and spends none by that', async () => {
      const { limits } = under;
      expect(await limits.spent(RATE, 'ada')).toBeNull();
      await limits.spend(RATE, 'ada');
      expect(await limits.spent(RATE, 'ada')).toBeNull();
      await limits.spend(RATE, 'ada');
      expect(await limits.spent(RATE, 'ada')).toBe(1_000_000 + MINUTE);
      expect(await limits.spent(RATE, 'bob')).toBeNull();
      now = 1_000_000 + MINUTE;
      expect(await limits.spent(RATE, 'ada')).toBeNull();
    });

    it('gives no more to many who ask at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => under.limits.spend(RATE, 'ada')));
      expect(answers.filter((until) => until === null)).toHaveLength(2);
    });

    it('is not made to forget by being opened again', async () => {
      await under.limits.spend(RATE, 'ada');
      await under.limits.spend(RATE, 'ada');
      const again = await under.reopen();
      expect(await again.spend(RATE, 'ada')).toBe(1_000_000 + MINUTE);
    });
  });
}
