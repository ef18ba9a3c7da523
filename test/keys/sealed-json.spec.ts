import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openJson, sealJson } from '../../src/application/sealed-json.js';
import { SealBroken, Sealer } from '../../src/infrastructure/keys/sealer.js';

const key = new Sealer(Buffer.alloc(32, 1));

describe('sealed JSON', () => {
  it('opens to the value that was sealed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const sealed = sealJson(key, 'row', value);
        expect(openJson(key, 'row', sealed)).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('opens in no other context', () => {
    const sealed = sealJson(key, 'row|passkeys|1', { name: 'phone' });
    expect(() => openJson(key, 'row|passkeys|2', sealed)).toThrow(SealBroken);
  });

  it.each([undefined, () => 1, Symbol('a')])('refuses %p, which is no JSON value', (value) => {
    expect(() => sealJson(key, 'row', value)).toThrow('only a JSON value can be sealed');
  });
});
