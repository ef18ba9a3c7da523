import type { AccountKey } from '../../application/ports/keyring.js';

/** Of events in which nothing is personal: one that held something to seal would be a mistake of ours. */
export const NO_KEY: AccountKey = {
  seal() {
    throw new Error('this event holds nothing personal');
  },
  open() {
    throw new Error('this event holds nothing sealed');
  },
};
