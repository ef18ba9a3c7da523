import { randomBytes } from 'node:crypto';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { KeyMaterial } from './key-material.js';
import { KEY_BYTES } from './key-material.js';
import { WrongMasterKey } from './keyring-errors.js';
import { SealBroken, Sealer } from './sealer.js';

const CHECK_CONTEXT = 'master-key-check';

/** Account keys in the form in which a keyring stores them: sealed under a key that the master key gives. */
export class KeyWrapping {
  private readonly sealer: Sealer;

  constructor(keys: KeyMaterial) {
    this.sealer = new Sealer(keys.derive('account-key-wrapping'));
  }

  /** A new random key, wrapped so that it opens for this subject only: rows can't be swapped. */
  create(subject: SubjectId): Uint8Array {
    const key = randomBytes(KEY_BYTES);
    const wrapped = this.sealer.seal(subject, key);
    key.fill(0);
    return wrapped;
  }

  /** @throws SealBroken where the bytes were altered or are another subject's */
  unwrap(subject: SubjectId, wrapped: Uint8Array): Sealer {
    const key = this.sealer.open(subject, wrapped);
    const unwrapped = new Sealer(key);
    key.fill(0);
    return unwrapped;
  }

  /** What a new keyring stores so that a later start can tell whether it has the same master key. */
  sealCheck(): Uint8Array {
    return this.sealer.seal(CHECK_CONTEXT, new Uint8Array());
  }

  /** @throws WrongMasterKey naming the keyring */
  verifyCheck(sealed: Uint8Array, keyring: string): void {
    try {
      this.sealer.open(CHECK_CONTEXT, sealed);
    } catch (error) {
      throw error instanceof SealBroken ? new WrongMasterKey(keyring) : error;
    }
  }
}
