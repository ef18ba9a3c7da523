import { hkdfSync, timingSafeEqual } from 'node:crypto';
import type { AccountKey } from '../../application/ports/keyring.js';

/** Length of the master key, of the root key and of every key derived from either, in bytes. */
export const KEY_BYTES = 32;

/** Keys of one secret, one for each purpose (HKDF-SHA256, RFC 5869). The service's own are those of its root key. */
export class KeyMaterial {
  private readonly derived = new Map<string, Buffer>();
  private readonly secret: Buffer;

  /** @param secret copied, so the caller may wipe its own. @throws where it is not 32 bytes long */
  constructor(secret: Uint8Array) {
    if (secret.byteLength !== KEY_BYTES) {
      throw new Error(`the master key must be ${KEY_BYTES} bytes long, not ${secret.byteLength}`);
    }
    this.secret = Buffer.from(secret);
  }

  /**
   * The key for a purpose: 32 bytes, always the same ones. Keys of different purposes say nothing of each other.
   * The caller gets a copy, so that wiping it wipes nobody else's.
   */
  derive(purpose: string): Buffer {
    const known = this.derived.get(purpose);
    if (known !== undefined) return Buffer.from(known);
    const key = Buffer.from(hkdfSync('sha256', this.secret, '', `latchkey/1/${purpose}`, KEY_BYTES));
    this.derived.set(purpose, key);
    return Buffer.from(key);
  }

  /** The secret itself, which leaves it in no other form. */
  sealedBy(sealer: AccountKey, context: string): Uint8Array {
    return sealer.seal(context, this.secret);
  }

  equals(other: KeyMaterial): boolean {
    return timingSafeEqual(this.secret, other.secret);
  }
}
