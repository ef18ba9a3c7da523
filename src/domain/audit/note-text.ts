import { fromBase64, toBase64 } from './base64.js';
import type { Sha256 } from './merkle-tree.js';

/**
 * What signed notes (C2SP signed-note) are written in, and all of reading them but the verifying of a signature, which every
 * place that reads one has a way of its own for: text that ends in a newline, an empty line, and a line for each signature.
 */

/** Ed25519, the one type of signature that is made and believed here. */
const ED25519 = 1;
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** No whitespace and no plus: either would end it. */
const NAME = /^[^\s+]+$/u;

/** Which key signed: what a note's signature lines are told apart by. */
export interface NoteSigner {
  readonly name: string;
  /** The first four bytes of a hash over name and key: tells keys apart, and proves nothing. */
  readonly keyId: Uint8Array;
}

export interface VerifierKey extends NoteSigner {
  /** The 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5). */
  readonly publicKey: Uint8Array;
}

/** A verifier key is not what it should be, or a note is not signed by it. The message quotes nothing. */
export class NoteInvalid extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoteInvalid';
  }
}

/** @throws NoteInvalid */
export function verifierKey(sha256: Sha256, name: string, publicKey: Uint8Array): VerifierKey {
  if (!NAME.test(name)) throw new NoteInvalid('the name of a key holds neither spaces nor a plus');
  const named = joined(new TextEncoder().encode(`${name}\n`), Uint8Array.of(ED25519), publicKey);
  return { name, keyId: sha256(named).slice(0, KEY_ID_BYTES), publicKey };
}

/** `<name>+<key id in hex>+<base64 of type and key>`. */
export function writtenVerifierKey({ keyId, name, publicKey }: VerifierKey): string {
  return `${name}+${hexOf(keyId)}+${toBase64(joined(Uint8Array.of(ED25519), publicKey))}`;
}

/** @throws NoteInvalid */
export function readVerifierKey(sha256: Sha256, text: string): VerifierKey {
  const [name = '', id = '', ...rest] = text.trim().split('+');
  // Base64 may hold a plus of its own.
  const key = fromBase64(rest.join('+'));
  if (key?.length !== 1 + PUBLIC_KEY_BYTES || key[0] !== ED25519) {
    throw new NoteInvalid('the verifier key is not an Ed25519 key');
  }
  const parsed = verifierKey(sha256, name, key.subarray(1));
  if (hexOf(parsed.keyId) !== id) throw new NoteInvalid("the verifier key's id is of another key");
  return parsed;
}

/** A note of this text with one signature. */
export function writtenNote(text: string, { keyId, name }: NoteSigner, signature: Uint8Array): string {
  return `${text}\n— ${name} ${toBase64(joined(keyId, signature))}\n`;
}

/**
 * The text of a note and the signatures under it that are said to be this key's, at least one. All of them must be found good
 * before the text is believed. Signatures of others, a witness's say, are passed over.
 * @throws NoteInvalid
 */
export function readNote(
  note: string,
  signer: NoteSigner,
): { readonly text: string; readonly signatures: readonly Uint8Array[] } {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteInvalid('it is no signed note');
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => signatureIn(line, signer)).filter((found) => found !== undefined);
  if (signatures.length === 0) throw new NoteInvalid('it is not signed with this key');
  return { text: note.slice(0, end + 1), signatures };
}

/** Undefined where the line is another key's. @throws NoteInvalid where it is no signature line */
function signatureIn(line: string, { keyId, name: ours }: NoteSigner): Uint8Array | undefined {
  const { name, encoded } = /^— (?<name>[^\s+]+) (?<encoded>\S+)$/u.exec(line)?.groups ?? {};
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) {
    throw new NoteInvalid('a signature line is malformed');
  }
  if (name !== ours || hexOf(bytes.subarray(0, KEY_ID_BYTES)) !== hexOf(keyId)) return undefined;
  if (bytes.length !== KEY_ID_BYTES + SIGNATURE_BYTES) throw new NoteInvalid('its signature is wrong');
  return bytes.subarray(KEY_ID_BYTES);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
