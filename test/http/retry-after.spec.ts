import { describe, expect, it } from '@jest/globals';
import { HOUR, SECOND } from '../../src/domain/kernel/time.js';
import { retryAfterOf } from '../../src/infrastructure/http/retry-after.js';

const NOW = Date.UTC(2026, 2, 2, 9);

describe('Retry-After', () => {
  it.each([
    ['120', 120 * SECOND],
    [' 0 ', 0],
    ['Mon, 02 Mar 2026 10:00:00 GMT', HOUR],
    ['Monday, 02-Mar-26 10:00:00 GMT', HOUR],
    ['Mon Mar  2 10:00:00 2026', HOUR],
    ['Mon, 02 Mar 2026 08:59:59 GMT', 0],
  ])('`%s` asks for %d ms', (header, asked) => {
    expect(retryAfterOf(header, NOW)).toBe(asked);
  });

  it.each([
    null,
    '',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '120, 60',
    'tomorrow',
    '2026-03-02T10:00:00Z',
    'Mon, 02 Mar 2026 10:00:00 +0100',
    'Mon, 02 Mar 2026 25:00:00 GMT',
    'Mon, 02 Xyz 2026 10:00:00 GMT',
    '1; Mon, 02 Mar 2026 10:00:00 GMT',
  ])('`%s` says nothing', (header) => {
    expect(retryAfterOf(header, NOW)).toBeUndefined();
  });

  it('may ask for more than there is, which whoever heeds it bounds', () => {
    expect(retryAfterOf('9'.repeat(400), NOW)).toBe(Infinity);
  });
});
