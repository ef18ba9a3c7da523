import { describe, expect, it } from '@jest/globals';
import { toJson } from '../../src/infrastructure/rest/json.js';

const INSTANT = Date.parse('2026-03-02T09:00:00.123Z');
const WRITTEN = '2026-03-02T09:00:00.123Z';

describe('an answer on its way out', () => {
  it('writes instants as RFC 3339 to the millisecond, at any depth', () => {
    const answer = {
      at: INSTANT,
      until: INSTANT,
      expiresAt: INSTANT,
      lockedUntil: INSTANT,
      sensitiveActionsFrom: INSTANT,
      deep: { list: [{ createdAt: INSTANT }, [{ at: INSTANT }]] },
    };
    expect(toJson(answer)).toStrictEqual({
      at: WRITTEN,
      until: WRITTEN,
      expiresAt: WRITTEN,
      lockedUntil: WRITTEN,
      sensitiveActionsFrom: WRITTEN,
      deep: { list: [{ createdAt: WRITTEN }, [{ at: WRITTEN }]] },
    });
  });

  it('leaves everything else as it is', () => {
    const answer = {
      timeout: 300_000,
      format: 7,
      flat: 1,
      what: 2,
      expiresAt: null,
      lastUsedAt: undefined,
      createdAt: 'already a text',
      nothing: [],
      yes: true,
    };
    expect(toJson(answer)).toStrictEqual(answer);
    expect([toJson(null), toJson(INSTANT), toJson('at')]).toStrictEqual([null, INSTANT, 'at']);
  });

  it('keeps the order of its members, by which a repeated answer is the same to the byte', () => {
    expect(Object.keys(toJson({ z: 1, at: 2, a: 3 }) as object)).toStrictEqual(['z', 'at', 'a']);
  });
});
