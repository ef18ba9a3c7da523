import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { graphemes } from '../../../src/domain/policy/graphemes.js';
import { maskEmail, maskPhone } from '../../../src/domain/policy/masking.js';

describe('a masked email address', () => {
  it.each([
    ['1445679@qq.com', '144***@qq.com'],
    ['alexander@example.com', 'ale***@example.com'],
    ['abcde@example.com', 'ab***@example.com'],
    ['abc@example.com', 'a***@example.com'],
    ['ab@example.com', 'a***@example.com'],
    ['a@example.com', '***@example.com'],
    ['a+bank@example.com', '***@example.com'],
    ['alexander+wallet@example.com', 'ale***@example.com'],
    ['+wallet@example.com', '***@example.com'],
    ['李小龙先生二号@例え.jp', '李小龙***@例え.jp'],
    ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦@example.com', '👨‍👩‍👧‍👦***@example.com'],
    ['no address', '***'],
    ['', '***'],
  ])('of %s is %s', (address, masked) => {
    expect(maskEmail(address)).toBe(masked);
  });

  it('shows at most three characters and at most half of the local part, and hides its length', () => {
    const localPart = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('@'));
    fc.assert(
      fc.property(localPart, (local) => {
        const masked = maskEmail(`${local}@example.com`);
        expect(masked.endsWith('***@example.com')).toBe(true);
        const shown = masked.slice(0, -'***@example.com'.length);
        expect(local.startsWith(shown)).toBe(true);
        expect(graphemes(shown).length).toBeLessThanOrEqual(Math.min(3, graphemes(local).length / 2));
      }),
    );
  });
});

describe('a masked phone number', () => {
  it.each([
    ['86', '18591234565', '+86 1859*****65'],
    ['1', '4155550123', '+1 415*****23'],
    ['852', '91234567', '+852 9*****67'],
    ['49', '15123456789012', '+49 1512********12'],
    ['290', '2231', '+290 *****'],
    ['290', '22310', '+290 *****'],
    ['247', '623100', '+247 *****0'],
  ])('of +%s %s is %s', (country, national, masked) => {
    expect(maskPhone(country, national)).toBe(masked);
  });

  it('hides at least five digits and shows at most six', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,15}$/), (national) => {
        const masked = maskPhone('86', national).slice('+86 '.length);
        const shown = masked.replaceAll('*', '');
        expect(shown.length).toBeLessThanOrEqual(Math.min(6, Math.max(0, national.length - 5)));
        expect(masked.length).toBe(Math.max(5, national.length));
      }),
    );
  });
});
