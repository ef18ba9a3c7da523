import type { WrappedKey } from '../keys/wrapped-key.js';
import type { ExportSummary } from './export-file.js';
import { writeExport } from './export-file.js';

export interface KeysSummary extends ExportSummary {
  /** What all of them are wrapped under, sealed under the master key; in base64. */
  readonly rootKey: string;
  /** How many of them are marks that a key was destroyed. */
  readonly destroyed: number;
}

/** A keyring as it is read out. */
export interface KeySource {
  readonly sealedRootKey: Uint8Array;
  /** By the bytes of their subjects. */
  wrapped(): AsyncIterable<WrappedKey>;
}

/** Writes the accounts' keys to a file, wrapped as they are, and the root key. Whoever has it, the events and the master key reads everything. */
export function exportKeys(
  keys: KeySource,
  { environment, file }: { readonly environment: string; readonly file: string },
): Promise<KeysSummary> {
  let destroyed = 0;
  async function* lines(): AsyncGenerator<object, void, undefined> {
    for await (const { destroyedAt, subject, wrapped } of keys.wrapped()) {
      if (wrapped === null) destroyed += 1;
      yield wrapped === null
        ? { subject, destroyedAt }
        : { subject, wrapped: Buffer.from(wrapped).toString('base64') };
    }
  }
  return writeExport(file, { holds: 'keys', environment }, lines(), () => ({
    destroyed,
    rootKey: Buffer.from(keys.sealedRootKey).toString('base64'),
  }));
}
