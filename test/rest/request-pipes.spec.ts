import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readAs, ZodPipe } from '../../src/infrastructure/rest/body.js';
import { AccountIdPipe } from '../../src/infrastructure/rest/parameters.js';
import { Refused } from '../../src/infrastructure/rest/problem.js';
import { credential, device, parameters } from '../../src/infrastructure/rest/schemas.js';

/** What a refused request is told, or nothing where it is let through. */
function refusalOf(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    if (error instanceof Refused) return { code: error.code, ...error.details };
    throw error;
  }
  return undefined;
}

describe('a body', () => {
  const schema = z.strictObject({
    name: z.string(),
    deep: z.strictObject({ 'a/b~c': z.array(z.int()) }).exactOptional(),
  });

  it('is read by its schema', () => {
    expect(readAs(schema, { name: 'Ada', deep: { 'a/b~c': [1] } })).toStrictEqual({
      name: 'Ada',
      deep: { 'a/b~c': [1] },
    });
  });

  it.each([
    ['a wrong member', { name: 7 }, ['/name']],
    ['a missing member', {}, ['/name']],
    ['an unknown member', { name: 'Ada', more: 1 }, ['']],
    [
      'a member deep inside, its name escaped',
      { name: 'Ada', deep: { 'a/b~c': [1, 'x'] } },
      ['/deep/a~1b~0c/1'],
    ],
    ['two of them', { name: 7, deep: 7 }, ['/name', '/deep']],
    ['nothing', null, ['/name']],
    ['a list', [], ['']],
    ['a text', '{}', ['']],
  ])('with %s is refused with a pointer to each (RFC 6901)', (_what, body, pointers) => {
    expect(refusalOf(() => readAs(schema, body))).toStrictEqual({
      code: 'request-invalid',
      errors: pointers.map((pointer) => ({ pointer, detail: expect.any(String) })),
    });
  });

  it('that stands elsewhere is pointed to there', () => {
    const factor = new ZodPipe(z.enum(['sms']), '/factor');
    expect(refusalOf(() => factor.transform('fax'))).toStrictEqual({
      code: 'request-invalid',
      errors: [{ pointer: '/factor', detail: expect.any(String) }],
    });
  });
});

describe('a device', () => {
  it('passes on what it says, and its token to nobody', () => {
    const said = { platform: 'ios', osVersion: '18.1', deviceToken: 'secret' };
    expect(device.parse(said)).toStrictEqual({ platform: 'ios', osVersion: '18.1' });
  });

  it.each([
    { platform: 'dos' },
    {},
    { platform: 'ios', osVersion: '' },
    { platform: 'ios', model: 'x'.repeat(129) },
    { platform: 'ios', biometrics: ['iris'] },
    { platform: 'ios', biometrics: ['face', 'face', 'face'] },
    { platform: 'ios', passkeyProviders: Array<string>(17).fill('x') },
    { platform: 'ios', serial: 'x' },
  ])('%j is refused', (said) => {
    expect(device.safeParse(said).success).toBe(false);
  });
});

describe('what is signed for', () => {
  it('is an object of anything, with names that are short', () => {
    expect(parameters.parse({ amount: '1.00', list: [1, { deep: null }] })).toStrictEqual({
      amount: '1.00',
      list: [1, { deep: null }],
    });
    expect(parameters.safeParse({ ['x'.repeat(65)]: 1 }).success).toBe(false);
    const nested = (depth: number): object => (depth === 0 ? {} : { deeper: nested(depth - 1) });
    expect(parameters.safeParse(nested(15)).success).toBe(true);
    expect(parameters.safeParse(nested(16)).success).toBe(false);
    for (const wrong of [[], 'x', null]) {
      expect(parameters.safeParse(wrong).success).toBe(false);
      expect(credential.safeParse(wrong).success).toBe(false);
    }
  });
});

describe('a number that is signed for', () => {
  it.each(['1e999', '-1e999', '9007199254740993', '1e21'])(
    '%s is refused: readers of JSON differ in it',
    (number) => {
      expect(parameters.safeParse(JSON.parse(`{"deep":[{"amount":${number}}]}`)).success).toBe(false);
    },
  );

  it.each(['0', '-1', '0.5', '9007199254740991', '1e-7'])('%s is taken', (number) => {
    expect(parameters.safeParse(JSON.parse(`{"deep":[{"amount":${number}}]}`)).success).toBe(true);
  });
});

describe('an account id in a path', () => {
  const pipe = new AccountIdPipe();

  it.each(['a', 'ada@example.com', '用户 1', '👩‍🚀'.slice(0, 2), 'a'.repeat(128), '-', '..', '%'])(
    'may be %j',
    (id) => {
      expect(pipe.transform(id)).toBe(id);
    },
  );

  it.each(['', 'a'.repeat(129), 'a\u0000', 'a\n', 'a\u2028', '\u202Eada', 'a\u200Db', '\uD800'])(
    'is not %j',
    (id) => {
      expect(refusalOf(() => pipe.transform(id))).toStrictEqual({
        code: 'request-invalid',
        errors: [{ pointer: '/accountId', detail: 'must be 1 to 128 printable characters' }],
      });
    },
  );
});
