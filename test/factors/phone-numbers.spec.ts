import { describe, expect, it } from '@jest/globals';
import { LibPhoneNumbers } from '../../src/infrastructure/factors/phone-numbers.js';

const phones = new LibPhoneNumbers();

describe('a phone number', () => {
  it.each([
    ['+8618591234565', '+8618591234565'],
    ['+86 185-9123 4565', '+8618591234565'],
    [' +1 (415) 555.0123 ', '+14155550123'],
    ['+852 9123 4567', '+85291234567'],
    ['+1 555 123 4567', '+15551234567'],
  ])('%j is %s', (raw, e164) => {
    expect(phones.parse(raw)).toBe(e164);
  });

  it.each([
    ['without its country', '18591234565'],
    ['with a prefix in place of the plus', '008618591234565'],
    ['too short', '+1415555'],
    ['too long', '+141555501234567'],
    ['of no country', '+999123456789'],
    ['with letters', '+1800FLOWERS'],
    ['with an extension', '+14155550123;ext=12'],
    ['as a URI', 'tel:+14155550123'],
    ['twice', '+14155550123+14155550124'],
    ['in a list', '+14155550123,+14155550124'],
    ['with two pluses', '++14155550123'],
    ['with digits of another script', '+٨٦١٨٥٩١٢٣٤٥٦٥'],
    ['that is empty', ''],
    ['that costs who calls it', '+1 900 555 0123'],
    ['that earns who asks for a message', '+44 909 879 0879'],
  ])('%s is refused', (_which, raw) => {
    expect(phones.parse(raw)).toBeUndefined();
  });

  it('is masked as the products show it', () => {
    expect(phones.mask('+8618591234565')).toBe('+86 1859*****65');
    expect(phones.mask('+14155550123')).toBe('+1 415*****23');
  });

  it('that can’t be read is masked whole', () => {
    expect(phones.mask('18591234565')).toBe('*****');
  });
});
