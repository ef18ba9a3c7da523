import { createCipheriv } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cause } from '../../src/application/ports/event-codec.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { AccountKey } from '../../src/application/ports/keyring.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';

/**
 * An event as a release wrote it, kept for ever, and what it is read as today. `decoded` follows the domain; `body`
 * never changes.
 */
export interface GoldenFile {
  readonly recorded: Omit<RecordedEvent, 'body'> & { readonly body?: string };
  readonly decoded: { readonly event: AccountEvent; readonly cause: Cause };
}

const FOLDER = join(import.meta.dirname, 'golden');
const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const NONCE = Buffer.from('a0a1a2a3a4a5a6a7a8a9aaab', 'hex');

/** Opens what the golden files seal. */
export const goldenKey = new Sealer(KEY);

/** Seals in the one way that can be repeated. Outside of tests a nonce that comes twice gives the key away. */
const repeatableKey: AccountKey = {
  seal(context, plain) {
    const cipher = createCipheriv('aes-256-gcm', KEY, NONCE).setAAD(Buffer.from(context));
    return Buffer.concat([NONCE, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open: (context, sealed) => goldenKey.open(context, sealed),
};

export function goldenFileNames(): readonly string[] {
  return readdirSync(FOLDER).sort();
}

export function readGoldenFile(name: string): GoldenFile {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as GoldenFile;
}

/** The body that today's codec writes for a golden file's event. */
export function bodyToday({ recorded, decoded }: GoldenFile): string {
  const { stream, eventId } = recorded;
  const { body } = accountEventCodec().encode(stream, eventId, decoded.event, decoded.cause, repeatableKey);
  return Buffer.from(body).toString('utf8');
}

/** Gives a new golden file its body. One that has a body keeps it, whatever today's codec would write. */
export function completeGoldenFile(name: string): void {
  const golden = readGoldenFile(name);
  if (golden.recorded.body !== undefined) return;
  const complete = { ...golden, recorded: { ...golden.recorded, body: bodyToday(golden) } };
  writeFileSync(join(FOLDER, name), `${JSON.stringify(complete, undefined, 2)}\n`);
}
