import { describe, expect, it } from '@jest/globals';
import type { RejectionCode } from '../../../src/domain/kernel/rejection.js';
import { rejection, REJECTIONS } from '../../../src/domain/kernel/rejection.js';

describe('the codes of refusals', () => {
  it.each(Object.entries(REJECTIONS))(
    '%s is kebab-case and says what it means in one sentence',
    (code, text) => {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(text).toMatch(/^[A-Z][^.]*\.$|^[A-Z][^.]*\. [A-Z][^.]*\.$/);
    },
  );

  it('mean something different each', () => {
    const texts = Object.values(REJECTIONS);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('a refusal', () => {
  const code: RejectionCode = 'wrong-code';

  it('is a value that has only the members it was given', () => {
    expect(rejection(code)).toStrictEqual({ code });
    expect(rejection(code, { guessesLeft: 4 })).toStrictEqual({ code, details: { guessesLeft: 4 } });
  });
});
