import type { Cipher, KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createHash, createSecretKey } from 'node:crypto';
import type { Position } from '../../application/ports/event-store.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';

const BLOCK = 16;
const MARK = 8;

/**
 * Positions as callers see them: one block of AES-256 over the relying party's mark and the number. It tells nobody how
 * many events there are, is worth nothing to another relying party, and can't be made up: 64 bits of the block have to
 * come out right. The same position is always the same token, so that a repeated answer is the same to the byte.
 */
export class PositionTokens {
  private readonly key: KeyObject;
  /** Kept, for blocks of this mode know nothing of one another, and making one costs more than its use. */
  private readonly cipher: Cipher;
  private readonly marks = new Map<RelyingPartySlug, Buffer>();

  /** @param key 32 bytes, for this use only */
  constructor(key: Uint8Array) {
    this.key = createSecretKey(key);
    this.cipher = createCipheriv('aes-256-ecb', this.key, null).setAutoPadding(false);
  }

  issue(rp: RelyingPartySlug, position: Position): string {
    const block = Buffer.alloc(BLOCK);
    this.markOf(rp).copy(block);
    block.writeDoubleBE(position, MARK);
    return this.cipher.update(block).toString('base64url');
  }

  /** Undefined where it was made up or altered, or was given out to another relying party. */
  read(rp: RelyingPartySlug, token: string): Position | undefined {
    const sealed = Buffer.from(token, 'base64url');
    if (sealed.length !== BLOCK || sealed.toString('base64url') !== token) return undefined;
    const block = createDecipheriv('aes-256-ecb', this.key, null).setAutoPadding(false).update(sealed);
    if (!block.subarray(0, MARK).equals(this.markOf(rp))) return undefined;
    const position = block.readDoubleBE(MARK);
    return Number.isSafeInteger(position) && position >= 0 ? position : undefined;
  }

  private markOf(rp: RelyingPartySlug): Buffer {
    const known = this.marks.get(rp);
    if (known !== undefined) return known;
    const mark = createHash('sha256').update(`position|${rp}`).digest().subarray(0, MARK);
    this.marks.set(rp, mark);
    return mark;
  }
}
