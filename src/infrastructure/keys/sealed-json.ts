import type { AccountKey } from '../../application/ports/keyring.js';

/**
 * Seals a JSON value for a row, a snapshot or an idempotency answer. What the value holds must survive JSON.
 * @param context names the place, and with it what may be read there (`row|passkeys|{passkeyId}`)
 */
export function sealJson(key: AccountKey, context: string, value: unknown): Uint8Array {
  return key.seal(context, Buffer.from(json(value)));
}

/**
 * The value as it was sealed; its shape is whatever stood in this context, so the reader decides what to believe.
 * @throws where the bytes were altered or stood in another context
 */
export function openJson(key: AccountKey, context: string, sealed: Uint8Array): unknown {
  return JSON.parse(Buffer.from(key.open(context, sealed)).toString('utf8'));
}

function json(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('only a JSON value can be sealed');
  return text;
}
