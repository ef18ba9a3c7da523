import { randomBytes } from 'node:crypto';
import { KEY_BYTES, KeyMaterial } from './key-material.js';
import { WrongMasterKey } from './keyring-errors.js';
import { SealBroken, Sealer } from './sealer.js';

const ROOT_KEY = 'root-key';

/** What keyrings stored when the master key itself was the root key: nothing, sealed under the key that wraps account keys. */
const CHECK_VALUE = { context: 'master-key-check', purpose: 'account-key-wrapping', bytes: 28 } as const;

/**
 * What whoever runs the service keeps. All it does is open the root key, from which everything else derives and which stays when the
 * master key is changed. A keyring stores the root key sealed, in one record.
 */
export class MasterKey {
  private readonly keys: KeyMaterial;
  private readonly sealer: Sealer;

  /** @throws where it is not 32 bytes long */
  constructor(key: Uint8Array) {
    this.keys = new KeyMaterial(key);
    this.sealer = new Sealer(this.keys.derive('root-key-wrapping'));
  }

  /** A new random root key, as a new keyring stores it. */
  createRootKey(): Uint8Array {
    const root = randomBytes(KEY_BYTES);
    const sealed = this.sealer.seal(ROOT_KEY, root);
    root.fill(0);
    return sealed;
  }

  /** A root key as a keyring stores it once this is its master key. */
  seal(root: KeyMaterial): Uint8Array {
    return root.sealedBy(this.sealer, ROOT_KEY);
  }

  /** @param keyring named in the error. @throws WrongMasterKey */
  open(record: Uint8Array, keyring: string): KeyMaterial {
    const root = this.opened(record);
    if (root === undefined) throw new WrongMasterKey(keyring);
    return root;
  }

  opens(record: Uint8Array): boolean {
    return this.opened(record) !== undefined;
  }

  private opened(record: Uint8Array): KeyMaterial | undefined {
    try {
      if (record.length === CHECK_VALUE.bytes) {
        new Sealer(this.keys.derive(CHECK_VALUE.purpose)).open(CHECK_VALUE.context, record);
        return this.keys;
      }
      const key = this.sealer.open(ROOT_KEY, record);
      const root = new KeyMaterial(key);
      key.fill(0);
      return root;
    } catch (failure) {
      if (failure instanceof SealBroken) return undefined;
      throw failure;
    }
  }
}
