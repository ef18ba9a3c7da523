import { randomBytes } from 'node:crypto';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { KeyMaterial } from './key-material.js';
import { KEY_BYTES } from './key-material.js';
import { Sealer } from './sealer.js';

/** Account keys in the form in which a keyring stores them: sealed under a key that the root key gives. */
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
}
