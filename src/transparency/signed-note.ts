import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign, verify } from 'node:crypto';
import type { NoteSigner } from '../domain/audit/note-text.js';
import {
  NoteInvalid,
  readNote,
  readVerifierKey,
  verifierKey,
  writtenNote,
  writtenVerifierKey,
} from '../domain/audit/note-text.js';
import { sha256 } from './sha256.js';

export { NoteInvalid } from '../domain/audit/note-text.js';

/**
 * Signed notes (C2SP signed-note), signed and verified by Node. The module is the verifier's as well as the service's, and imports
 * nothing of either.
 */

const PUBLIC_KEY_BYTES = 32;

/** DER of an Ed25519 public key but for the key itself (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface NoteKey extends NoteSigner {
  readonly publicKey: KeyObject;
}

/** The 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5). */
export function rawPublicKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES);
}

/** @throws NoteInvalid */
export function noteKey(name: string, publicKey: KeyObject): NoteKey {
  const { keyId } = verifierKey(sha256, name, rawPublicKey(publicKey));
  return { name, keyId, publicKey };
}

/** `<name>+<key id in hex>+<base64 of type and key>`. */
export function formatVerifierKey({ keyId, name, publicKey }: NoteKey): string {
  return writtenVerifierKey({ keyId, name, publicKey: rawPublicKey(publicKey) });
}

/** @throws NoteInvalid */
export function parseVerifierKey(text: string): NoteKey {
  const { keyId, name, publicKey } = readVerifierKey(sha256, text);
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  return { name, keyId, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** @param text ends in a newline and holds no empty line */
export function signNote(text: string, key: NoteKey, privateKey: KeyObject): string {
  if (!text.endsWith('\n')) throw new NoteInvalid('the text of a note ends in a newline');
  return writtenNote(text, key, sign(null, Buffer.from(text), privateKey));
}

/**
 * The text of a note that this key signed.
 * @throws NoteInvalid
 */
export function openNote(note: string, key: NoteKey): string {
  const { signatures, text } = readNote(note, key);
  if (!signatures.every((signature) => verify(null, Buffer.from(text), key.publicKey, signature))) {
    throw new NoteInvalid('its signature is wrong');
  }
  return text;
}
