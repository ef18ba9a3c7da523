import { describe, expect, it } from '@jest/globals';
import { accept, reject } from '../../../src/domain/kernel/decider.js';

describe('a decision', () => {
  it('that accepts has its events in order and no refusal', () => {
    expect(accept()).toStrictEqual({ events: [] });
    expect(accept('first', 'second')).toStrictEqual({ events: ['first', 'second'] });
  });

  it('that refuses may have something to record all the same', () => {
    const refusal = { code: 'wrong-code' } as const;
    expect(reject(refusal)).toStrictEqual({ events: [], rejection: refusal });
    expect(reject<string>(refusal, 'failed', 'locked')).toStrictEqual({
      events: ['failed', 'locked'],
      rejection: refusal,
    });
  });
});
