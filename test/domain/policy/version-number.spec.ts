import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions } from '../../../src/domain/policy/version-number.js';

describe('comparing versions', () => {
  it.each([
    ['16.20.25608', '16.20.9999', 1],
    ['16.20.9999', '16.20.25608', -1],
    ['16', '16.0.0', 0],
    ['1.10.0', '1.9.9', 1],
    ['1.5.0', '1.5', 0],
    ['15.9.9', '16', -1],
    ['6.0.0.102', '6.0', 1],
    ['08', '8', 0],
  ] as const)('%s against %s gives %d', (left, right, expected) => {
    expect(compareVersions(left, right)).toBe(expected);
  });

  it.each(['', ' ', '16 ', '16.4 beta', '10_15_7', 'v16', '16.', '.16', '1..2', '-1', '1e3', '0x10', '１６'])(
    'asks instead of guessing where a version is %j',
    (unreadable) => {
      expect(compareVersions(unreadable, '16')).toBeUndefined();
      expect(compareVersions('16', unreadable)).toBeUndefined();
    },
  );

  it('refuses numbers too long to be compared exactly', () => {
    expect(compareVersions('9007199254740993', '9007199254740992')).toBeUndefined();
    expect(compareVersions('1.2.3.4.5.6.7', '1')).toBeUndefined();
  });

  const version = fc.array(fc.nat(999_999_999), { minLength: 1, maxLength: 6 });

  it('orders versions totally, whichever is named first', () => {
    fc.assert(
      fc.property(version, version, (left, right) => {
        const forth = compareVersions(left.join('.'), right.join('.'));
        const back = compareVersions(right.join('.'), left.join('.'));
        expect(forth).toBe(back === undefined ? undefined : back === 0 ? 0 : -back);
      }),
    );
  });
});
