import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';

const masterKey = Buffer.alloc(32, 7);

/** HKDF as RFC 5869 §2 writes it, for one block of output and no salt. */
function hkdf(secret: Buffer, info: string): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  return createHmac('sha256', extracted).update(info).update(Buffer.of(1)).digest();
}

describe('key material', () => {
  it('derives each key by HKDF-SHA256 with the purpose in its info', () => {
    const keys = new KeyMaterial(masterKey);
    expect(keys.derive('ceremonies')).toStrictEqual(hkdf(masterKey, 'latchkey/1/ceremonies'));
  });

  it('gives the same key for the same purpose, at every start', () => {
    const keys = new KeyMaterial(masterKey);
    expect(keys.derive('tokens')).toStrictEqual(keys.derive('tokens'));
    expect(keys.derive('tokens')).toStrictEqual(new KeyMaterial(masterKey).derive('tokens'));
  });

  it('gives different keys for different purposes and different master keys', () => {
    const keys = new KeyMaterial(masterKey);
    expect(keys.derive('tokens')).not.toStrictEqual(keys.derive('positions'));
    expect(keys.derive('tokens')).not.toStrictEqual(new KeyMaterial(Buffer.alloc(32, 8)).derive('tokens'));
  });

  it('is not harmed by a caller that wipes its key', () => {
    const passing = Buffer.from(masterKey);
    const keys = new KeyMaterial(passing);
    passing.fill(0);
    keys.derive('tokens').fill(0);
    expect(keys.derive('tokens')).toStrictEqual(new KeyMaterial(masterKey).derive('tokens'));
  });

  it.each([0, 16, 31, 33, 64])('refuses a master key of %d bytes', (length) => {
    expect(() => new KeyMaterial(Buffer.alloc(length, 1))).toThrow(
      `the master key must be 32 bytes long, not ${length}`,
    );
  });
});
