import { expect, it } from '@jest/globals';
import { unreachable } from '../../../src/domain/kernel/exhaustive.js';

it('a case that the types rule out and that comes all the same is named', () => {
  const stray = { type: 'of-another-version', phone: '+8618512345678' };
  expect(() => unreachable(stray as never)).toThrow(/^a case was not handled: of-another-version$/u);
});
