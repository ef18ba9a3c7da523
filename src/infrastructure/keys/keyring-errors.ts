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
      `the keyring ${keyring} was made with another master key, or has been given another one since: start with the one that it has now, or with another data folder`,
    );
    this.name = 'WrongMasterKey';
  }
}

/** Somebody else changed the master key since this keyring was opened. Nothing was changed by this attempt. */
export class MasterKeyChangedMeanwhile extends Error {
  constructor() {
    super('the master key was changed by somebody else meanwhile');
    this.name = 'MasterKeyChangedMeanwhile';
  }
}

/** The master key is changed, but a reader of the keyring kept what the former one opens from being cleared. Change it again. */
export class FormerRootKeyRemains extends Error {
  constructor() {
    super(
      'the master key is changed, but what the former one opens could not be cleared from the log yet: repeat the command when nothing else reads the keyring',
    );
    this.name = 'FormerRootKeyRemains';
  }
}

/** The key is destroyed, but a reader of the keyring kept its bytes from being cleared. Destroy again. */
export class KeyBytesRemain extends Error {
  constructor(readonly subject: SubjectId) {
    super(`the key of account ${subject} was destroyed, but its bytes could not be cleared from the log yet`);
    this.name = 'KeyBytesRemain';
  }
}
