import type { SubjectId } from '../../domain/kernel/ids.js';

/** The account was erased: no key will ever be made for it again. */
export class KeyDestroyed extends Error {
  constructor(readonly subject: SubjectId) {
    super(`the key of account ${subject} was destroyed`);
    this.name = 'KeyDestroyed';
  }
}

/** Found at start, before anything could be sealed under keys that nobody will be able to unwrap. */
export class WrongMasterKey extends Error {
  constructor(keyring: string) {
    super(
      `the keyring ${keyring} was made with another master key: start with that one, or with another data folder`,
    );
    this.name = 'WrongMasterKey';
  }
}

/** The key is destroyed, but a reader of the keyring kept its bytes from being cleared. Destroy again. */
export class KeyBytesRemain extends Error {
  constructor(readonly subject: SubjectId) {
    super(`the key of account ${subject} was destroyed, but its bytes could not be cleared from the log yet`);
    this.name = 'KeyBytesRemain';
  }
}
