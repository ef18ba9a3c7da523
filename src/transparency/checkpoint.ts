import type { KeyObject } from 'node:crypto';
import type { SignedTree } from '../domain/audit/checkpoint-text.js';
import { checkpointText, readCheckpointText } from '../domain/audit/checkpoint-text.js';
import type { NoteKey } from './signed-note.js';
import { openNote, signNote } from './signed-note.js';

export type { SignedTree } from '../domain/audit/checkpoint-text.js';

/** The text of a checkpoint, signed as a note. */
export function signCheckpoint(tree: SignedTree, key: NoteKey, privateKey: KeyObject): string {
  return signNote(checkpointText(tree), key, privateKey);
}

/**
 * Reads a checkpoint that this key signed for the log of its name.
 * @throws NoteInvalid
 */
export function openCheckpoint(note: string, key: NoteKey): SignedTree {
  return readCheckpointText(openNote(note, key), key.name);
}
