import { describe, expect, it } from '@jest/globals';
import { personalOf, REDACTED } from '../../../src/domain/kernel/event.js';

describe('the personal part of an event', () => {
  it('is what it carries', () => {
    const personal = { name: 'Ada' };
    expect(personalOf({ personal })).toBe(personal);
  });

  it('is nothing once it was erased', () => {
    expect(personalOf({ personal: REDACTED })).toBeUndefined();
  });
});
