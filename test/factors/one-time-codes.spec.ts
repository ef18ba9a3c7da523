import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CheckId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { HmacOneTimeCodes } from '../../src/infrastructure/factors/one-time-codes.js';

const KEY = new Uint8Array(32).fill(7);
const CHECK = as<CheckId>('6f1d0c8e-3b0a-4a58-9a55-0a8e1d9f7a11');
const codes = new HmacOneTimeCodes(KEY);

describe('a one-time code', () => {
  it('is six digits, leading zeros included, and none is likelier than another', () => {
    const drawn = Array.from({ length: 20_000 }, () => codes.issue(CHECK).code);
    expect(drawn.filter((code) => !/^\d{6}$/.test(code))).toStrictEqual([]);
    const firstDigits = Array.from(
      { length: 10 },
      (_, digit) => drawn.filter((code) => code.startsWith(digit.toString())).length,
    );
    // Each is binomial with mean 2000 and deviation 42: eight deviations away is a bias, not bad luck.
    for (const count of firstDigits) expect(Math.abs(count - 2_000)).toBeLessThan(340);
  });

  it('is kept as an HMAC under the service’s key', () => {
    const { code, hash } = codes.issue(CHECK);
    expect(hash).toBe(createHmac('sha256', KEY).update(`${CHECK}${code}`).digest('base64url'));
  });

  it('matches its own check only', () => {
    const { code, hash } = codes.issue(CHECK);
    expect(codes.matches(CHECK, code, hash)).toBe(true);
    expect(codes.matches(as<CheckId>('another'), code, hash)).toBe(false);
    expect(codes.matches(CHECK, code === '000000' ? '000001' : '000000', hash)).toBe(false);
  });

  it('does not match under another key', () => {
    const { code, hash } = codes.issue(CHECK);
    expect(new HmacOneTimeCodes(new Uint8Array(32).fill(8)).matches(CHECK, code, hash)).toBe(false);
  });

  it('can’t be matched by moving characters between check and code', () => {
    const { code, hash } = codes.issue(CHECK);
    const moved = as<CheckId>(CHECK.slice(0, -1));
    expect(codes.matches(moved, `${CHECK.slice(-1)}${code}`, hash)).toBe(false);
    expect(codes.matches(as<CheckId>(`${CHECK}${code.slice(0, 1)}`), code.slice(1), hash)).toBe(false);
  });

  it.each(['', 'AAAA', 'not base64url!', 'A'.repeat(44)])('does not match the broken hash %j', (hash) => {
    expect(codes.matches(CHECK, '000000', hash)).toBe(false);
  });

  it('is not issued under a key that is too short', () => {
    expect(() => new HmacOneTimeCodes(new Uint8Array(31))).toThrow(
      'the key of one-time codes has 31 bytes, expected at least 32',
    );
  });
});
