import { describe, expect, it } from '@jest/globals';
import { REJECTIONS, rejection } from '../../src/domain/kernel/rejection.js';
import type { ProblemCode } from '../../src/infrastructure/rest/problem.js';
import {
  EDGE_REJECTIONS,
  problemOf,
  Refused,
  STATUSES,
  titleOf,
} from '../../src/infrastructure/rest/problem.js';

const CODES = [...Object.keys(REJECTIONS), ...Object.keys(EDGE_REJECTIONS)] as ProblemCode[];

describe('a problem', () => {
  it('has a status, a title and a kebab-case code, of which there is one of each', () => {
    expect(Object.keys(STATUSES).sort()).toStrictEqual([...new Set(CODES)].sort());
    for (const code of CODES) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/u);
      expect(STATUSES[code]).toBeGreaterThanOrEqual(400);
      expect(titleOf(code)).toMatch(/^[A-Z].*\.$/u);
    }
  });

  it('is RFC 9457 with the details of its refusal beside', () => {
    const until = Date.parse('2026-03-02T10:00:00Z');
    expect(problemOf(Refused.from(rejection('account-locked', { until })))).toStrictEqual({
      type: '/docs/errors#account-locked',
      title: 'The account is locked.',
      status: 423,
      detail: 'The account is locked. Until 2026-03-02T10:00:00.000Z.',
      code: 'account-locked',
      until: '2026-03-02T10:00:00.000Z',
    });
  });

  it.each([
    ['passkey-limit-reached', { maximum: 1 }, 'This product allows 1 passkey per account.'],
    ['passkey-limit-reached', { maximum: 10 }, 'This product allows 10 passkeys per account.'],
    ['wrong-code', { guessesLeft: 3 }, 'The code is wrong. 3 more guesses are left.'],
    ['wrong-code', { guessesLeft: 1 }, 'The code is wrong. 1 more guess is left.'],
    [
      'wrong-code',
      { guessesLeft: 4, until: Date.UTC(2026, 0, 2) },
      'The code is wrong. The account is locked until 2026-01-02T00:00:00.000Z.',
    ],
    ['wrong-code', { guessesLeft: 0 }, 'The code is wrong. No more guesses are left.'],
    ['wrong-code', {}, 'The code is wrong.'],
    ['device-not-eligible', { problems: [{ message: 'Too old.' }, { message: 'No lock.' }] }, 'Too old.'],
    ['device-not-eligible', { problems: [] }, "The device does not meet the product's floor."],
  ] as const)('%s with %j says: %s', (code, details, detail) => {
    expect(problemOf(new Refused(code, details)).detail).toBe(detail);
  });
});
