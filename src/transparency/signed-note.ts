import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign, verify } from 'node:crypto';
import { sha256 } from './sha256.js';

/**
 * Signed notes (C2SP signed-note): text that ends in a newline, an empty line, and a line for each signature. The module is the
 * verifier's as well as the service's, and imports nothing of either.
 */

/** Ed25519, the one type of signature that is made and believed here. */
const ED25519 = 1;
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** DER of an Ed25519 public key but for the key itself (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** No whitespace and no plus: either would end it. */
const NAME = /^[^\s+]+$/u;

export interface NoteKey {
  readonly name: string;
  /** The first four bytes of a hash over name and key: tells keys apart, and proves nothing. */
  readonly keyId: Buffer;
  readonly publicKey: KeyObject;
}

/** A verifier key is not what it should be, or a note is not signed by it. The message quotes nothing. */
export class NoteInvalid extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoteInvalid';
  }
}

/** The 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5). */
export function rawPublicKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES);
}

export function noteKey(name: string, publicKey: KeyObject): NoteKey {
  if (!NAME.test(name)) throw new NoteInvalid('the name of a key holds neither spaces nor a plus');
  return { name, keyId: keyIdOf(name, rawPublicKey(publicKey)), publicKey };
}

/** `<name>+<key id in hex>+<base64 of type and key>`. */
export function formatVerifierKey({ keyId, name, publicKey }: NoteKey): string {
  const key = Buffer.concat([Buffer.of(ED25519), rawPublicKey(publicKey)]);
  return `${name}+${keyId.toString('hex')}+${key.toString('base64')}`;
}

/** @throws NoteInvalid */
export function parseVerifierKey(text: string): NoteKey {
  const [name = '', id = '', ...rest] = text.trim().split('+');
  // Base64 may hold a plus of its own.
  const key = bytesOf(rest.join('+'));
  if (key?.length !== 1 + PUBLIC_KEY_BYTES || key[0] !== ED25519) {
    throw new NoteInvalid('the verifier key is not an Ed25519 key');
  }
  const der = Buffer.concat([SPKI_PREFIX, key.subarray(1)]);
  const parsed = noteKey(name, createPublicKey({ key: der, format: 'der', type: 'spki' }));
  if (parsed.keyId.toString('hex') !== id) throw new NoteInvalid("the verifier key's id is of another key");
  return parsed;
}

/** @param text ends in a newline and holds no empty line */
export function signNote(text: string, key: NoteKey, privateKey: KeyObject): string {
  if (!text.endsWith('\n')) throw new NoteInvalid('the text of a note ends in a newline');
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— ${key.name} ${Buffer.concat([key.keyId, signature]).toString('base64')}\n`;
}

/**
 * The text of a note that this key signed. Signatures of others, a witness's say, are passed over.
 * @throws NoteInvalid
 */
export function openNote(note: string, key: NoteKey): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteInvalid('it is no signed note');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  const ours = lines.map((line) => signatureIn(line, key)).filter((found) => found !== undefined);
  if (ours.length === 0) throw new NoteInvalid('it is not signed with this key');
  if (!ours.every((signature) => verify(null, Buffer.from(text), key.publicKey, signature))) {
    throw new NoteInvalid('its signature is wrong');
  }
  return text;
}

/** Undefined where the line is another key's. @throws NoteInvalid where it is no signature line */
function signatureIn(line: string, key: NoteKey): Buffer | undefined {
  const { name, encoded } = /^— (?<name>[^\s+]+) (?<encoded>\S+)$/u.exec(line)?.groups ?? {};
  const bytes = bytesOf(encoded ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) {
    throw new NoteInvalid('a signature line is malformed');
  }
  if (name !== key.name || !bytes.subarray(0, KEY_ID_BYTES).equals(key.keyId)) return undefined;
  if (bytes.length !== KEY_ID_BYTES + SIGNATURE_BYTES) throw new NoteInvalid('its signature is wrong');
  return bytes.subarray(KEY_ID_BYTES);
}

function keyIdOf(name: string, publicKey: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), publicKey]);
  return Buffer.from(sha256(named)).subarray(0, KEY_ID_BYTES);
}

/** Undefined for what is not base64 in its one canonical form (RFC 4648 §4). */
export function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
