import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { PositionTokens } from '../../src/infrastructure/tokens/position-tokens.js';

const mpchat = as<RelyingPartySlug>('mpchat');
const moomoo = as<RelyingPartySlug>('moomoo');
const key = randomBytes(32);
const tokens = new PositionTokens(key);

describe('a position', () => {
  it.each([0, 1, 255, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'of %d comes back as it was given out',
    (position) => {
      const token = tokens.issue(mpchat, position);
      expect(token).toMatch(/^[\w-]{22}$/u);
      expect(tokens.read(mpchat, token)).toBe(position);
      expect(new PositionTokens(key).read(mpchat, token)).toBe(position);
    },
  );

  it('is the same token each time, and tells nothing of its neighbours', () => {
    expect(tokens.issue(mpchat, 7)).toBe(tokens.issue(mpchat, 7));
    const given = [1, 2, 3, 4].map((position) => tokens.issue(mpchat, position).slice(0, 8));
    expect(new Set(given).size).toBe(4);
  });

  it('is worth nothing to another product or under another key', () => {
    const token = tokens.issue(mpchat, 7);
    expect(tokens.read(moomoo, token)).toBeUndefined();
    expect(new PositionTokens(randomBytes(32)).read(mpchat, token)).toBeUndefined();
  });

  it('is not read with any bit of it changed', () => {
    const bytes = Buffer.from(tokens.issue(mpchat, 7), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(tokens.read(mpchat, changed.toString('base64url'))).toBeUndefined();
    }
  });

  it('has one spelling', () => {
    const token = tokens.issue(mpchat, 7);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.slice(-1));
    const spellings = [
      // The last character's lower bits belong to no byte.
      `${token.slice(0, -1)}${alphabet[last ^ 1] ?? ''}`,
      `${token}=`,
      ` ${token}`,
      `${token}A`,
      token.slice(1),
      '',
      '7',
      '🙂',
    ];
    for (const spelling of spellings) expect(tokens.read(mpchat, spelling)).toBeUndefined();
  });
});
