import type { KeyObject } from 'node:crypto';
import type { TreeHash } from '../domain/audit/merkle-tree.js';
import { HASH_BYTES } from '../domain/audit/merkle-tree.js';
import type { NoteKey } from './signed-note.js';
import { bytesOf, NoteInvalid, openNote, signNote } from './signed-note.js';

/** What the text of a checkpoint says (C2SP tlog-checkpoint). */
export interface SignedTree {
  readonly origin: string;
  readonly treeSize: number;
  readonly rootHash: TreeHash;
}

/** Origin, size in decimal and root hash in base64, one in a line, signed as a note. */
export function signCheckpoint(
  { origin, rootHash, treeSize }: SignedTree,
  key: NoteKey,
  privateKey: KeyObject,
): string {
  const text = `${origin}\n${treeSize}\n${Buffer.from(rootHash).toString('base64')}\n`;
  return signNote(text, key, privateKey);
}

/**
 * Reads a checkpoint that this key signed for the log of its name. Lines after the third are extensions and say nothing here.
 * @throws NoteInvalid
 */
export function openCheckpoint(note: string, key: NoteKey): SignedTree {
  const [origin = '', size = '', root = ''] = openNote(note, key).split('\n');
  const rootHash = bytesOf(root);
  if (!/^(?:0|[1-9]\d{0,15})$/u.test(size) || rootHash?.length !== HASH_BYTES) {
    throw new NoteInvalid('it is no checkpoint');
  }
  if (origin !== key.name) throw new NoteInvalid('it is a checkpoint of another log');
  return { origin, treeSize: Number(size), rootHash: new Uint8Array(rootHash) };
}
