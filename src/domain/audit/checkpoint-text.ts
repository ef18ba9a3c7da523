import { fromBase64, toBase64 } from './base64.js';
import type { TreeHash } from './merkle-tree.js';
import { HASH_BYTES } from './merkle-tree.js';
import { NoteInvalid } from './note-text.js';

/** What the text of a checkpoint says (C2SP tlog-checkpoint). */
export interface SignedTree {
  readonly origin: string;
  readonly treeSize: number;
  readonly rootHash: TreeHash;
}

/** Origin, size in decimal and root hash in base64, one in a line. */
export function checkpointText({ origin, rootHash, treeSize }: SignedTree): string {
  return `${origin}\n${treeSize}\n${toBase64(rootHash)}\n`;
}

/**
 * Reads the text of a note for the log of this name. Lines after the third are extensions and say nothing here.
 * @throws NoteInvalid
 */
export function readCheckpointText(text: string, name: string): SignedTree {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const rootHash = fromBase64(root);
  if (!/^(?:0|[1-9]\d{0,15})$/u.test(size) || rootHash?.length !== HASH_BYTES) {
    throw new NoteInvalid('it is no checkpoint');
  }
  if (origin !== name) throw new NoteInvalid('it is a checkpoint of another log');
  return { origin, treeSize: Number(size), rootHash };
}
