import type { AccountKey } from './ports/keyring.js';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/**
 * Names the place of a sealed value in a table, which then opens nowhere else: bytes moved to another row or column fail.
 * The account is implied, for it is the account's own key that seals.
 */
export function sealContext(table: string, key: string, column: string): string {
  return `${table}|${key}|${column}`;
}

/**
 * Seals a JSON value for a row, a snapshot, a short-lived record or an event. What the value holds must survive JSON.
 * @param context names the place, and with it what may be read there
 */
export function sealJson(key: AccountKey, context: string, value: unknown): Uint8Array {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('only a JSON value can be sealed');
  return key.seal(context, ENCODER.encode(text));
}

/**
 * The value as it was sealed; its shape is whatever stood in this context, so the reader decides what to believe.
 * @throws where the bytes were altered or stood in another context
 */
export function openJson(key: AccountKey, context: string, sealed: Uint8Array): unknown {
  return JSON.parse(DECODER.decode(key.open(context, sealed)));
}
