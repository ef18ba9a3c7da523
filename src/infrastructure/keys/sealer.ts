import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { AccountKey } from '../../application/ports/keyring.js';
import { KEY_BYTES } from './key-material.js';
import { randomOf } from './random.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };

/** Sealed bytes were altered, cut short, moved to another context or made with another key. */
export class SealBroken extends Error {
  constructor() {
    super('sealed bytes could not be opened');
    this.name = 'SealBroken';
  }
}

/** Seals under one key: AES-256-GCM (NIST SP 800-38D); nonce, ciphertext, tag. Its key never leaves it. */
export class Sealer implements AccountKey {
  private readonly key: KeyObject;

  /** @param key 32 bytes; copied, so the caller may wipe its own */
  constructor(key: Uint8Array) {
    if (key.byteLength !== KEY_BYTES) throw new Error(`a sealing key must be ${KEY_BYTES} bytes long`);
    this.key = createSecretKey(key);
  }

  seal(context: string, plain: Uint8Array): Uint8Array {
    const nonce = randomOf(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce, OPTIONS);
    cipher.setAAD(Buffer.from(context));
    const ciphertext = cipher.update(plain);
    cipher.final();
    const sealed = new Uint8Array(NONCE_BYTES + ciphertext.length + TAG_BYTES);
    sealed.set(nonce);
    sealed.set(ciphertext, NONCE_BYTES);
    sealed.set(cipher.getAuthTag(), NONCE_BYTES + ciphertext.length);
    return sealed;
  }

  /** @throws SealBroken */
  open(context: string, sealed: Uint8Array): Uint8Array {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken();
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, NONCE_BYTES), OPTIONS);
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new SealBroken();
    }
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength);
  }
}
