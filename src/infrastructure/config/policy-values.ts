import { z } from 'zod';
import type { Duration } from '../../domain/kernel/time.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/kernel/time.js';
import { isVersion } from '../../domain/policy/version-number.js';

/** The kinds of value that a policy file is made of. Each says in one phrase what it expects. */

export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  const error =
    maximum === Number.MAX_SAFE_INTEGER
      ? `expected a whole number of ${minimum} or more`
      : `expected a whole number from ${minimum} to ${maximum}`;
  return z.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
}

export const yesOrNo = z.boolean({ error: 'expected true or false' });

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}` });
}

export function listOf<Item extends z.ZodType>(item: Item, minimum = 0) {
  const error = minimum === 0 ? 'expected a list' : `expected a list of ${minimum} or more`;
  return z.array(item, { error }).min(minimum, { error });
}

export function sectionOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? 'unknown key' : 'expected a section of keys'),
  });
}

/** A section with any of these keys. */
export function someOf<Key extends string, Value extends z.ZodType>(keys: readonly Key[], value: Value) {
  return z.partialRecord(z.enum(keys), value, {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'expected a section of keys'
        : `unknown key: expected one of ${keys.join(', ')}`,
  });
}

/** A section whose keys are the file's own. */
export function namedBy<Value extends z.ZodType>(expected: string, keys: RegExp, value: Value) {
  return z.record(z.string().regex(keys), value, {
    error: (issue) => (issue.code === 'invalid_key' ? `expected ${expected}` : 'expected a section of keys'),
  });
}

export function text(expected: string, accepts: (value: string) => boolean) {
  const error = `expected ${expected}`;
  return z.string({ error }).refine(accepts, { error });
}

export function matching(expected: string, pattern: RegExp) {
  return text(expected, (value) => pattern.test(value));
}

/** It is put into messages, pages and headers as it stands. */
export function oneLine(maximum: number) {
  return text(
    `one line of 1 to ${maximum} printable characters`,
    (value) => value.length <= maximum && value.trim() !== '' && !/[\p{C}\p{Zl}\p{Zp}]/u.test(value),
  );
}

/** One text for everybody, or one for each language. English is always there. */
export function localText(maximum: number) {
  return z.union(
    [oneLine(maximum), sectionOf({ en: oneLine(maximum), zh: oneLine(maximum).exactOptional() })],
    {
      error: `expected one line of 1 to ${maximum} printable characters, or such a line under en and one under zh`,
    },
  );
}

export const PARAMETER_NAME = /^[a-z][A-Za-z0-9]*$/;
const PLACEHOLDER = /\{([a-z][A-Za-z0-9]*)\}/g;

/** The parameters that a text names, each once. */
export function placeholdersOf(template: string): readonly string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

/** `{name}` stands for a parameter; any other brace is a slip that would be sent as it stands. */
export function template(maximum: number) {
  const line = oneLine(maximum).refine((value) => !/[{}]/.test(value.replace(PLACEHOLDER, '')), {
    error: 'expected braces round names of parameters only, such as {amount}',
  });
  return z.union([line, sectionOf({ en: line, zh: line.exactOptional() })], {
    error:
      'expected one line, or one under en and one under zh, with braces round names of parameters only, such as {amount}',
  });
}

const UNITS: Readonly<Record<string, Duration>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const DURATION = /^(\d{1,6})([smhd])$/;

/** `30s`, `10m`, `24h`, `30d`: whole milliseconds. */
export function duration(maximum?: string) {
  const limit = maximum === undefined ? Number.MAX_SAFE_INTEGER : milliseconds(maximum);
  const error = `expected a duration such as 30s, 10m, 24h or 30d${maximum === undefined ? '' : `, at most ${maximum}`}`;
  return z
    .string({ error })
    .refine((value) => DURATION.test(value) && milliseconds(value) > 0 && milliseconds(value) <= limit, {
      error,
    })
    .transform(milliseconds);
}

function milliseconds(written: string): Duration {
  const [, amount = '0', unit = ''] = DURATION.exec(written) ?? [];
  return Number(amount) * (UNITS[unit] ?? 0);
}

/** In quotes, for YAML reads 16.10 as the number 16.1. */
export const version = text('a version number in quotes, such as "16.4"', isVersion);

export const timeZone = text('an IANA time zone such as Asia/Hong_Kong', (value) => {
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
});
