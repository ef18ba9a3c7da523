import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSync } from 'otplib';
import { z } from 'zod';
import { SECOND } from '../../src/domain/kernel/time.js';
import { OtplibTotp } from '../../src/infrastructure/factors/totp.js';

const vectors = z
  .object({
    totp: z.array(
      z.object({
        unixTime: z.number(),
        step: z.number(),
        alg: z.enum(['SHA1', 'SHA256', 'SHA512']),
        secretAscii: z.string(),
        secretBase32: z.string(),
        code: z.string(),
        code6: z.string(),
      }),
    ),
    hotp: z.object({ secretAscii: z.string(), values: z.array(z.string()) }),
  })
  .parse(JSON.parse(readFileSync('test/factors/rfc-otp-vectors.json', 'utf8')));

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const totp = new OtplibTotp();

const codeAt = (unixTime: number): string => generateSync({ secret: SECRET, epoch: unixTime });

describe('the vectors of RFC 6238', () => {
  const sha1 = vectors.totp.filter(({ alg }) => alg === 'SHA1');

  it.each(sha1)(
    'at $unixTime s: $code6 is the code of step $step',
    ({ unixTime, step, secretBase32, code6 }) => {
      expect(totp.verify(secretBase32, code6, unixTime * SECOND, null)).toStrictEqual({ step });
    },
  );

  it.each(vectors.totp)('at $unixTime s with $alg: $code in eight digits, by the library', (vector) => {
    const algorithm = ({ SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const)[vector.alg];
    const secret = Buffer.from(vector.secretAscii);
    expect(generateSync({ secret, epoch: vector.unixTime, digits: 8, algorithm })).toBe(vector.code);
  });
});

describe('the vectors of RFC 4226', () => {
  it.each(vectors.hotp.values.map((code, counter) => [counter, code] as const))(
    'counter %d as a step of time: %s',
    (counter, code) => {
      expect(totp.verify(SECRET, code, counter * 30 * SECOND, null)).toStrictEqual({ step: counter });
    },
  );
});

describe('a code', () => {
  const start = 1_111_111_110;
  const step = start / 30;
  const code = codeAt(start);

  it.each([
    [-31, undefined],
    [-30, { step }],
    [-1, { step }],
    [0, { step }],
    [29.999, { step }],
    [30, { step }],
    [59.999, { step }],
    [60, undefined],
  ])('counts one step either way and no further: %d s after its step began', (after, expected) => {
    expect(totp.verify(SECRET, code, (start + after) * SECOND, null)).toStrictEqual(expected);
  });

  it('counts once', () => {
    expect(totp.verify(SECRET, code, start * SECOND, step - 1)).toStrictEqual({ step });
    expect(totp.verify(SECRET, code, start * SECOND, step)).toBeUndefined();
    expect(totp.verify(SECRET, code, start * SECOND, step + 1)).toBeUndefined();
  });

  it('of an earlier step does not count after a later one', () => {
    const next = totp.verify(SECRET, codeAt(start + 30), start * SECOND, null);
    expect(next).toStrictEqual({ step: step + 1 });
    expect(totp.verify(SECRET, code, start * SECOND, next?.step ?? null)).toBeUndefined();
  });

  it('is refused, not thrown at, when a step far ahead was used last', () => {
    expect(totp.verify(SECRET, code, start * SECOND, step + 1_000)).toBeUndefined();
  });

  it.each(['', '28708', '2870822', ' 287082', '28708２', 'abcdef', '-28708', '287082\n'])(
    'is refused in the form %j',
    (malformed) => {
      expect(totp.verify(SECRET, malformed, 59 * SECOND, null)).toBeUndefined();
    },
  );

  it('of another secret is refused', () => {
    expect(totp.verify(totp.newSecret(), '287082', 59 * SECOND, null)).toBeUndefined();
  });

  it('is accepted for the step that it was made in, at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 4_000_000_000 }), (unixTime) => {
        const found = totp.verify(SECRET, codeAt(unixTime), unixTime * SECOND, null);
        expect(Math.abs((found?.step ?? NaN) - Math.floor(unixTime / 30))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a secret', () => {
  it('has 160 bits, and another is another', () => {
    const secrets = Array.from({ length: 20 }, () => totp.newSecret());
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) {
      expect(secret).toMatch(/^[A-Z2-7]{32}$/);
      expect(totp.acceptSecret(secret)).toBe(secret);
    }
  });

  it.each([
    ['gezd gnbv gy3t qojq gezd gnbv gy3t qojq', SECRET],
    ['GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ', SECRET],
    ['GEZDGNBVGY3TQOJQGEZDGNBVGY======', 'GEZDGNBVGY3TQOJQGEZDGNBVGY'],
  ])('is kept without what people and apps put round it: %s', (raw, kept) => {
    expect(totp.acceptSecret(raw)).toBe(kept);
  });

  it.each([
    ['of 80 bits', 'GEZDGNBVGY3TQOJQ'],
    ['of 520 bits', 'GEZDGNBVGY3TQOJQ'.repeat(7)],
    ['with a letter that base32 has not', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1'],
    ['in hex', '3132333435363738393031323334353637383930'],
    ['that is empty', ''],
  ])('is refused %s', (_which, raw) => {
    expect(totp.acceptSecret(raw)).toBeUndefined();
  });

  it('that is accepted can be used', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z2-7]{20,104}$/), (raw) => {
        const secret = totp.acceptSecret(raw);
        if (secret === undefined) return;
        const code = generateSync({ secret, epoch: 59 });
        expect(totp.verify(secret, code, 59 * SECOND, null)).toBeDefined();
      }),
      { numRuns: 50 },
    );
  });
});

describe('the enrolment URL', () => {
  it('names the product and the masked account', () => {
    expect(totp.enrolmentUrl('MPChat', '144***@qq.com', SECRET)).toBe(
      `otpauth://totp/MPChat:144***%40qq.com?secret=${SECRET}&issuer=MPChat`,
    );
  });

  it('can’t be made to name another issuer, account or secret', () => {
    const url = new URL(totp.enrolmentUrl('MP: Chat&secret=A', 'evil:me?secret=B&issuer=C#', SECRET));
    expect(url.searchParams.getAll('secret')).toStrictEqual([SECRET]);
    expect(url.searchParams.getAll('issuer')).toStrictEqual(['MP  Chat&secret=A']);
    expect(decodeURIComponent(url.pathname).split(':')).toStrictEqual([
      expect.stringContaining('MP  Chat&secret=A'),
      'evil me?secret=B&issuer=C#',
    ]);
    expect(url.hash).toBe('');
  });
});
