import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';

/** An account's key as a keyring keeps it: sealed under the root key, for this subject alone; or the mark that it was destroyed. */
export type WrappedKey = { readonly subject: SubjectId } & (
  | { readonly wrapped: Uint8Array; readonly destroyedAt: null }
  | { readonly wrapped: null; readonly destroyedAt: Instant }
);

/** In the order in which keyrings read them out: by the bytes of their names. */
export function bySubject(one: WrappedKey, other: WrappedKey): number {
  return Buffer.compare(Buffer.from(one.subject), Buffer.from(other.subject));
}
