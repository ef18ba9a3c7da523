import { isAscii, isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { Nonconforming } from './codec-errors.js';

/** JSON.stringify writes a surrogate without its partner as an escape, and escapes nothing else of that range. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * RFC 8785 bytes of a value whose objects all have their members in canonical order, as `members` parses them.
 * Numbers and strings are written as ECMAScript does, which is what the RFC asks for.
 * @throws Nonconforming where a string has no UTF-8 form (RFC 8785 §3.2.2.2)
 */
export function canonicalBytes(ordered: object): Uint8Array {
  const json = JSON.stringify(ordered);
  if (json.includes('\\ud') && LONE_SURROGATE.test(json)) throw new Nonconforming('a string is not Unicode');
  const { buffer, byteLength, byteOffset } = Buffer.from(json);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** @throws Nonconforming */
export function parseBytes(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what it read.
    throw new Nonconforming('it is not JSON');
  }
}

/** Nearly every body is ASCII, which is text as it is. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString('latin1');
  // Decoding would put a replacement character for what is not UTF-8: two bodies would read the same.
  if (!isUtf8(buffer)) throw new Nonconforming('it is not UTF-8');
  return buffer.toString('utf8');
}

/**
 * The value as the schema has it, members in canonical order.
 * @param within where the value stands, as a JSON pointer
 * @throws Nonconforming naming the members at fault
 */
export function conform<Output>(schema: z.ZodType<Output>, value: unknown, within = ''): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ code, path }) => `${code} at ${[within, ...path].join('/') || '/'}`,
  );
  throw new Nonconforming(faults.join(', '));
}
