import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Device } from '../../../src/domain/policy/device.js';
import { PLATFORMS } from '../../../src/domain/policy/device.js';
import { graphemes } from '../../../src/domain/policy/graphemes.js';
import { defaultPasskeyName, passkeyName } from '../../../src/domain/policy/passkey-name.js';

const FAMILY = '👨‍👩‍👧‍👦';
const ENGLAND = '🏴󠁧󠁢󠁥󠁮󠁧󠁿';

describe('a passkey’s name', () => {
  it.each([
    ['iPhone 15 Pro', 'iPhone 15 Pro'],
    ['  my phone \n', 'my phone'],
    ['Cafe\u0301', 'Café'],
    ['我的手机', '我的手机'],
    ['می‌خواهم', 'می‌خواهم'],
    [FAMILY.repeat(20), FAMILY.repeat(20)],
    [ENGLAND, ENGLAND],
    ['a'.repeat(20), 'a'.repeat(20)],
  ])('keeps %j as %j', (raw, name) => {
    expect(passkeyName(raw, 20)).toStrictEqual({ ok: true, name });
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \t\u3000 '],
    ['joiners only', '\u200D\u200C'],
    ['a Hangul filler', '\u3164'],
    ['a combining mark alone', '\u0301'],
  ])('is refused as empty when it is %s', (_what, raw) => {
    expect(passkeyName(raw, 20)).toStrictEqual({ ok: false, problem: 'empty' });
  });

  it('is refused as too long at one user-perceived character more', () => {
    expect(passkeyName('a'.repeat(21), 20)).toStrictEqual({ ok: false, problem: 'too-long' });
    expect(passkeyName(`${FAMILY.repeat(20)}a`, 20)).toStrictEqual({ ok: false, problem: 'too-long' });
  });

  it('is refused as too long when it hides a tower of marks in one character', () => {
    expect(passkeyName(`a${'\u0316'.repeat(100_000)}`, 20)).toStrictEqual({ ok: false, problem: 'too-long' });
  });

  it.each([
    ...['\u0000', '\u0007', '\n', '\r', '\u001B', '\u007F', '\u0085', '\u2028', '\u2029'],
    ...['\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069'],
    ...['\u200E', '\u200F', '\u061C', '\u200B', '\u2060', '\uFEFF', '\u00AD', '\u{E0001}'],
  ])('is refused with the character %j in it', (character) => {
    expect(passkeyName(`my${character}phone`, 20)).toStrictEqual({
      ok: false,
      problem: 'forbidden-character',
    });
  });

  it.each(['\uD83D', 'a\uDC00b', '\uDC00\uD83D'])('is refused with the lone surrogate in %j', (raw) => {
    expect(passkeyName(raw, 20)).toStrictEqual({ ok: false, problem: 'not-well-formed' });
  });

  it('stays the same when it is given again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 25 }), (raw) => {
        const first = passkeyName(raw, 20);
        if (first.ok) expect(passkeyName(first.name, 20)).toStrictEqual(first);
      }),
    );
  });

  it('never exceeds the maximum', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (raw, maximum) => {
        const name = passkeyName(raw, maximum);
        expect(name.ok ? graphemes(name.name).length : 1).toBeLessThanOrEqual(maximum);
      }),
    );
  });
});

describe('the default name', () => {
  const phone: Device = { platform: 'ios', model: 'iPhone16,1' };

  it('is the model people know', () => {
    expect(defaultPasskeyName(phone, 'iPhone 15 Pro', 20)).toBe('iPhone 15 Pro');
  });

  it('is the model as the client gave it where that is all there is', () => {
    expect(defaultPasskeyName({ platform: 'android', model: 'Pixel 9' }, undefined, 20)).toBe('Pixel 9');
  });

  it.each([
    ['ios', 'Apple device'],
    ['android', 'Android device'],
    ['macos', 'Mac'],
    ['windows', 'Windows PC'],
    ['linux', 'Linux PC'],
    ['chromeos', 'Chromebook'],
    ['harmonyos', 'HarmonyOS device'],
    ['web', 'Web browser'],
  ] as const)('is for a nameless %s device: %s', (platform, name) => {
    expect(defaultPasskeyName({ platform }, undefined, 20)).toBe(name);
  });

  it('is cut between the remarks of a long name, or else anywhere', () => {
    expect(defaultPasskeyName(phone, 'iPad Pro (12.9-inch) (5th generation)', 20)).toBe(
      'iPad Pro (12.9-inch)',
    );
    expect(defaultPasskeyName(phone, 'MacBook Pro (13-inch, 2016, Two Thunderbolt 3 ports)', 20)).toBe(
      'MacBook Pro',
    );
    expect(defaultPasskeyName(phone, 'A very long model name indeed', 20)).toBe('A very long model na');
  });

  it('leaves out what a name may not hold', () => {
    expect(
      defaultPasskeyName({ platform: 'android', model: ' Pi\u202Exel\u0000 9\uD83D' }, undefined, 20),
    ).toBe('Pixel 9');
    expect(defaultPasskeyName({ platform: 'linux', model: '\u200B\u3164' }, undefined, 20)).toBe('Linux PC');
  });

  it('is always a name that is accepted, whatever the client says', () => {
    const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 60 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...PLATFORMS),
        hostile,
        fc.integer({ min: 1, max: 30 }),
        (platform, model, maximum) => {
          const name = defaultPasskeyName({ platform, model }, undefined, maximum);
          expect(passkeyName(name, maximum)).toStrictEqual({ ok: true, name });
        },
      ),
    );
  });
});
