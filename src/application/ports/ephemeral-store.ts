import type { Instant } from '../../domain/kernel/time.js';

/**
 * What lives for minutes or a day: open checks, step-ups, taken ceremonies, idempotency answers. What answered is still there after
 * a crash of the service. The store itself may be lost, with all that it held: what is asked for then is not found, and nothing
 * that may happen once only is kept from happening twice by this store alone. An entry past its expiry is as good as gone.
 */
export interface EphemeralStore {
  put(key: string, value: Uint8Array, expiresAt: Instant): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  delete(key: string): Promise<void>;
  /**
   * Deletes all entries whose key begins so; none of their bytes is left behind, but in a log of writes that the store has not
   * yet written anew.
   */
  deletePrefix(prefix: string): Promise<void>;
  /**
   * The entries whose key begins so, expired ones that still lie there among them. One that comes or goes meanwhile may be
   * among them or not.
   */
  entriesNamed(prefix: string): AsyncIterable<{ readonly key: string; readonly value: Uint8Array }>;
  /**
   * Takes something that can be taken once. True for the first owner, and for the same owner again (so that a retried command
   * goes on); false for any other until it expires.
   */
  take(key: string, owner: string, expiresAt: Instant): Promise<boolean>;
}

export const EPHEMERAL_STORE = Symbol('EphemeralStore');
