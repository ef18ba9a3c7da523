import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { OneTimeCodes } from '../../application/ports/factors.js';
import type { CheckId } from '../../domain/kernel/ids.js';

const CODE = /^\d{6}$/;
const SHORTEST_KEY = 32;

/**
 * What is kept of a code is HMAC-SHA256(service key, check id || code) in base64url: a million codes are soon
 * tried against a bare hash, so that only the key, which stands elsewhere, makes a copy of the store worthless.
 */
export class HmacOneTimeCodes implements OneTimeCodes {
  /**
   * @param key at least 32 bytes, for this use only
   * @throws where the key is shorter
   */
  constructor(private readonly key: Uint8Array) {
    if (key.length < SHORTEST_KEY) {
      throw new Error(`the key of one-time codes has ${key.length} bytes, expected at least ${SHORTEST_KEY}`);
    }
  }

  issue(checkId: CheckId): { readonly code: string; readonly hash: string } {
    const code = randomInt(1_000_000).toString().padStart(6, '0');
    return { code, hash: this.hash(checkId, code).toString('base64url') };
  }

  matches(checkId: CheckId, code: string, hash: string): boolean {
    const kept = Buffer.from(hash, 'base64url');
    const given = this.hash(checkId, code);
    // The code has a fixed length, so check id and code can't be divided in another way that hashes alike.
    return CODE.test(code) && kept.length === given.length && timingSafeEqual(kept, given);
  }

  private hash(checkId: CheckId, code: string): Buffer {
    return createHmac('sha256', this.key).update(checkId).update(code).digest();
  }
}
