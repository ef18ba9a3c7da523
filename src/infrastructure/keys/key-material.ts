import { hkdfSync } from 'node:crypto';

/** Length of the master key and of every key derived from it, in bytes. */
export const KEY_BYTES = 32;

/** The keys of the service: one for each purpose, all derived from the master key (HKDF-SHA256, RFC 5869). */
export class KeyMaterial {
  private readonly derived = new Map<string, Buffer>();
  private readonly masterKey: Buffer;

  /** @throws where the master key is not 32 bytes long */
  constructor(masterKey: Uint8Array) {
    if (masterKey.byteLength !== KEY_BYTES) {
      throw new Error(`the master key must be ${KEY_BYTES} bytes long, not ${masterKey.byteLength}`);
    }
    this.masterKey = Buffer.from(masterKey);
  }

  /**
   * The key for a purpose: 32 bytes, always the same ones. Keys of different purposes say nothing of each other.
   * The caller gets a copy, so that wiping it wipes nobody else's.
   */
  derive(purpose: string): Buffer {
    const known = this.derived.get(purpose);
    if (known !== undefined) return Buffer.from(known);
    const key = Buffer.from(hkdfSync('sha256', this.masterKey, '', `latchkey/1/${purpose}`, KEY_BYTES));
    this.derived.set(purpose, key);
    return Buffer.from(key);
  }
}
