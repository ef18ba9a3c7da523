import type { AccountKey } from '../ports/keyring.js';

/**
 * Names the place of a sealed value, which then opens nowhere else: bytes moved to another row or column fail.
 * The account is implied, for it is the account's own key that seals.
 */
export function sealContext(table: string, key: string, column: string): string {
  return `${table}|${key}|${column}`;
}

export function sealValue(key: AccountKey, context: string, value: unknown): Uint8Array {
  return key.seal(context, new TextEncoder().encode(JSON.stringify(value)));
}

/** @throws where the bytes were altered or sealed for another place */
export function openValue(key: AccountKey, context: string, sealed: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(key.open(context, sealed)));
}
