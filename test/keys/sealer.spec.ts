import { createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SealBroken, Sealer } from '../../src/infrastructure/keys/sealer.js';

const key = Buffer.alloc(32, 1);
const sealer = new Sealer(key);
const bytes = fc.uint8Array({ maxLength: 300 });

describe('the sealer', () => {
  it('opens what it sealed, in the same context', () => {
    fc.assert(
      fc.property(fc.string(), bytes, (context, plain) => {
        expect(sealer.open(context, sealer.seal(context, plain))).toStrictEqual(plain);
      }),
    );
  });

  it('writes nonce, ciphertext and tag, as any implementation of AES-256-GCM reads them', () => {
    const sealed = sealer.seal('stream|événement', Buffer.from('hello'));
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from('stream|événement', 'utf8'));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');

    expect(sealed.length).toBe(12 + 5 + 16);
    expect(plain).toBe('hello');
  });

  it('opens nothing in which a bit was changed', () => {
    const sealed = sealer.seal('here', Buffer.from('hello'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Uint8Array.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => sealer.open('here', altered)).toThrow(SealBroken);
    }
  });

  it('opens nothing that was cut short, lengthened or never sealed', () => {
    const sealed = sealer.seal('here', Buffer.from('hello'));
    for (let length = 0; length < sealed.length; length++) {
      expect(() => sealer.open('here', sealed.subarray(0, length))).toThrow(SealBroken);
    }
    expect(() => sealer.open('here', Uint8Array.from([...sealed, 0]))).toThrow(SealBroken);
    expect(() => sealer.open('here', randomBytes(60))).toThrow(SealBroken);
  });

  it('opens nothing in another context or with another key', () => {
    const sealed = sealer.seal('here', Buffer.from('hello'));
    expect(() => sealer.open('there', sealed)).toThrow(SealBroken);
    expect(() => new Sealer(Buffer.alloc(32, 2)).open('here', sealed)).toThrow(SealBroken);
  });

  it('never uses a nonce twice', () => {
    const nonces = Array.from({ length: 5_000 }, () =>
      Buffer.from(sealer.seal('', new Uint8Array()).subarray(0, 12)).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it('keeps a copy of its key, so that the caller may wipe its own', () => {
    const passing = Buffer.from(key);
    const made = new Sealer(passing);
    passing.fill(0);
    expect(sealer.open('here', made.seal('here', new Uint8Array(3)))).toStrictEqual(new Uint8Array(3));
  });

  it.each([0, 16, 31, 33])('refuses a key of %d bytes', (length) => {
    expect(() => new Sealer(new Uint8Array(length))).toThrow('a sealing key must be 32 bytes long');
  });
});
