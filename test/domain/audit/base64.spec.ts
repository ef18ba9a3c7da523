import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64, toBase64 } from '../../../src/domain/audit/base64.js';

describe('base64', () => {
  it('is what Node makes of the same bytes, and gives them back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toStrictEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('has one form for the same bytes: every other is refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const canonical = Buffer.from(text, 'base64').toString('base64') === text;
        expect(fromBase64(text) !== undefined).toBe(canonical);
      }),
    );
    for (const text of ['AB==', 'AAA', 'AA=', '=', 'AA==\n', ' AA==', 'A-_=', 'AAAA====']) {
      expect([text, fromBase64(text)]).toStrictEqual([text, undefined]);
    }
  });

  it('takes bytes of any number', () => {
    const many = new Uint8Array(300_000).fill(255);
    expect(fromBase64(toBase64(many))?.length).toBe(many.length);
  });
});
