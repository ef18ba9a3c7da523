import type { SubjectId } from '../../domain/kernel/ids.js';

/** Seals and opens what belongs to one account. Both are synchronous: the key is at hand. */
export interface AccountKey {
  /**
   * @param context where the sealed bytes will stand; opening them anywhere else fails
   * @returns AES-256-GCM: 12-byte nonce, ciphertext, 16-byte tag
   */
  seal(context: string, plain: Uint8Array): Uint8Array;
  /** @throws where the bytes were altered or stood in another context */
  open(context: string, sealed: Uint8Array): Uint8Array;
}

/** One key per account. Destroying it erases everything personal that was ever recorded of the account. */
export interface Keyring {
  /** The account's key, made and on disk before this answers if there was none. Refused for a destroyed one. */
  obtain(subject: SubjectId): Promise<AccountKey>;
  /** `undefined` where the key was destroyed or never made. */
  find(subject: SubjectId): Promise<AccountKey | undefined>;
  /** The same without waiting, where the key is cached. */
  cached(subject: SubjectId): AccountKey | undefined;
  /** True of an account whose key was destroyed; false of one that never had a key. */
  isDestroyed(subject: SubjectId): Promise<boolean>;
  /** For good: the key can't be made again. Other processes forget it within the cache's lifetime. */
  destroy(subject: SubjectId): Promise<void>;
}

export const KEYRING = Symbol('Keyring');
