import { describe, expect, it } from '@jest/globals';
import { randomOf } from '../../src/infrastructure/keys/random.js';

describe('random bytes', () => {
  it('are never given out twice, over many draws', () => {
    const given = Array.from({ length: 20_000 }, () => randomOf(16).toString('hex'));
    expect(new Set(given).size).toBe(given.length);
  });

  it('stay what they were when more are drawn', () => {
    const first = randomOf(32);
    const copy = Buffer.from(first);
    for (let draw = 0; draw < 1_000; draw++) randomOf(64);
    expect(first.equals(copy)).toBe(true);
  });

  it('set every bit about half of the time', () => {
    const bytes = Array.from({ length: 4_000 }, () => randomOf(12));
    const ones = bytes
      .flatMap((each) => [...each])
      .reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    const share = ones / (bytes.length * 12 * 8);
    // Ten standard deviations either way: 384,000 fair bits stray farther less than once in 10^22 runs.
    expect(Math.abs(share - 0.5)).toBeLessThan(10 * (0.5 / Math.sqrt(bytes.length * 12 * 8)));
  });

  it('are not given out in more than was drawn', () => {
    expect(() => randomOf(8_193)).toThrow(RangeError);
  });
});
