import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { as, type RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { CryptoIdentifiers } from '../../src/infrastructure/keys/identifiers.js';
import { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';

const identifiers = new CryptoIdentifiers(new KeyMaterial(Buffer.alloc(32, 7)));
const MPCHAT = as<RelyingPartySlug>('mpchat');
const MOOMOO = as<RelyingPartySlug>('moomoo');

describe('random identifiers', () => {
  it.each([
    ['an id', () => identifiers.randomId(), 16],
    ['a user handle', () => identifiers.userHandle(), 64],
    ['a secret', () => identifiers.secret(), 32],
  ])('make %s of as many bytes as promised, each time another', (_, make, length) => {
    const made = Array.from({ length: 200 }, make);
    expect(new Set(made).size).toBe(made.length);
    expect(made.map((text) => Buffer.from(text, 'base64url').length)).toStrictEqual(made.map(() => length));
    expect(made.filter((text) => !/^[\w-]+$/.test(text))).toStrictEqual([]);
  });
});

describe('the SHA-256 of a text', () => {
  it('is that of its UTF-8 bytes, in base64url', () => {
    expect(identifiers.sha256('é')).toBe(
      createHash('sha256').update(Buffer.of(0xc3, 0xa9)).digest('base64url'),
    );
  });
});

describe('a derived id', () => {
  it('is a UUID of version 8 and the variant of RFC 9562', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (seed, index) => {
        expect(identifiers.deriveId(seed, index)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('never changes: what a retry appends must carry the ids of the first try', () => {
    expect([0, 1].map((index) => identifiers.deriveId('command', index))).toStrictEqual([
      '7289a66a-7790-8883-b4a8-7856c0e0f222',
      '7289a66a-7786-846d-88c2-134eebe44b0d',
    ]);
  });

  it('begins with the time of its command, so that an index over event ids grows at its end', () => {
    const before = Date.now();
    const id = identifiers.deriveId(identifiers.commandId(), 3);
    const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('differs for every seed and index, wherever the two are cut', () => {
    const ids = [
      identifiers.deriveId('command', 1),
      identifiers.deriveId('command', 11),
      identifiers.deriveId('command1', 1),
      identifiers.deriveId('command","1', 1),
      identifiers.deriveId('', 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the name of a stream', () => {
  it('is the same for the same value at every start, for names are looked up', () => {
    const later = new CryptoIdentifiers(new KeyMaterial(Buffer.alloc(32, 7)));
    expect(later.hmacName('email', MPCHAT, 'a@example.org')).toBe(
      identifiers.hmacName('email', MPCHAT, 'a@example.org'),
    );
    expect(identifiers.hmacName('email', MPCHAT, 'a@example.org')).toBe(
      'U91OtRF-vnQP_d4nKtknsQbVi3K3o2enLJNxk1qisEk',
    );
  });

  it('can be told by nobody without the key', () => {
    const other = new CryptoIdentifiers(new KeyMaterial(Buffer.alloc(32, 8)));
    expect(other.hmacName('email', MPCHAT, 'a@example.org')).not.toBe(
      identifiers.hmacName('email', MPCHAT, 'a@example.org'),
    );
  });

  it('differs for every kind, relying party and value, wherever the three are cut', () => {
    const names = [
      identifiers.hmacName('email', MPCHAT, 'a'),
      identifiers.hmacName('account', MPCHAT, 'a'),
      identifiers.hmacName('email', MOOMOO, 'a'),
      identifiers.hmacName('email', MPCHAT, 'b'),
      identifiers.hmacName('emailm', as('pchat'), 'a'),
      identifiers.hmacName('email', as('mpchata'), ''),
      identifiers.hmacName('email', as('m'), 'pchata'),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[\w-]{43}$/.test(name))).toStrictEqual([]);
  });
});
