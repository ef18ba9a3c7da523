import { readCheckpointText } from '../../../../src/domain/audit/checkpoint-text.js';
import type { SignedTree } from '../../../../src/domain/audit/checkpoint-text.js';
import type { VerifierKey } from '../../../../src/domain/audit/note-text.js';
import { NoteInvalid, readNote } from '../../../../src/domain/audit/note-text.js';

export interface OpenedCheckpoint {
  readonly tree: SignedTree;
  /** False where this browser has no Ed25519: what the checkpoint says is then nobody's word. */
  readonly verified: boolean;
}

/**
 * Reads a checkpoint and verifies its signature with WebCrypto, by the very code that `latchkey-verify` reads it with.
 * @throws NoteInvalid
 */
export async function openCheckpoint(note: string, key: VerifierKey): Promise<OpenedCheckpoint> {
  const { signatures, text } = readNote(note, key);
  const verified = await verify(key, new TextEncoder().encode(text), signatures);
  if (verified === false) throw new NoteInvalid('its signature is wrong');
  return { tree: readCheckpointText(text, key.name), verified: verified === true };
}

/** Undefined where the browser can't tell: Ed25519 is younger in WebCrypto than the rest. */
async function verify(
  { publicKey }: VerifierKey,
  signed: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array[],
): Promise<boolean | undefined> {
  const imported = await importKey(publicKey);
  if (imported === undefined) return undefined;
  for (const signature of signatures) {
    if (!(await crypto.subtle.verify('Ed25519', imported, new Uint8Array(signature), signed))) return false;
  }
  return true;
}

async function importKey(publicKey: Uint8Array): Promise<CryptoKey | undefined> {
  // Outside a secure context there is none at all.
  if (!('subtle' in crypto)) return undefined;
  try {
    return await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return undefined;
    throw error;
  }
}
