import type { VerifierKey } from '../../../../src/domain/audit/note-text.js';
import { readVerifierKey } from '../../../../src/domain/audit/note-text.js';
import { say } from '../texts/say.js';
import { sha256 } from './sha256.js';
import { openCheckpoint } from './signature.js';

/** What this browser keeps of a product's log, to hold the service to it later. Nothing of it is secret or personal. */
export interface Kept {
  readonly verifierKey: string;
  readonly checkpoints: readonly KeptCheckpoint[];
}

export interface KeptCheckpoint {
  readonly note: string;
  readonly treeSize: number;
  /** RFC 3339. */
  readonly keptAt: string;
}

const PLACE = 'latchkey.console.log.';
/** Between the parts of an exported text; no note has such a line. */
const SEPARATOR = '---\n';

export function keptOf(rp: string): Kept | undefined {
  try {
    const kept = localStorage.getItem(PLACE + rp);
    return kept === null ? undefined : (JSON.parse(kept) as Kept);
  } catch {
    return undefined;
  }
}

/** The same tree is signed the same whenever it is asked for. */
export function isKept(rp: string, note: string): boolean {
  return keptOf(rp)?.checkpoints.some((each) => each.note === note) === true;
}

export function forgetAll(rp: string): void {
  localStorage.removeItem(PLACE + rp);
}

export function forget(rp: string, note: string): void {
  const kept = keptOf(rp);
  if (kept !== undefined)
    put(rp, { ...kept, checkpoints: kept.checkpoints.filter((each) => each.note !== note) });
}

/**
 * Keeps a checkpoint and the key that it is checked with. The key of before stays: one that differs is refused, for it is what
 * whoever rewrote the history would come with.
 * @throws NoteInvalid, or an error that says why
 */
export async function keep(rp: string, verifierKey: string, note?: string): Promise<void> {
  const before = keptOf(rp);
  if (before !== undefined && before.verifierKey !== verifierKey) throw new Error(say('proof.other-key'));
  const kept = before ?? { verifierKey, checkpoints: [] };
  if (note === undefined) {
    put(rp, kept);
    return;
  }
  const { tree } = await openCheckpoint(note, keyOf(kept));
  const others = kept.checkpoints.filter((each) => each.note !== note);
  const added = { note, treeSize: tree.treeSize, keptAt: new Date().toISOString() };
  const checkpoints = [...others, added].toSorted((one, other) => one.treeSize - other.treeSize);
  put(rp, { ...kept, checkpoints });
}

/** @throws NoteInvalid */
export function keyOf({ verifierKey }: Pick<Kept, 'verifierKey'>): VerifierKey {
  return readVerifierKey(sha256, verifierKey);
}

/** The key, then each checkpoint as it was signed: `latchkey-verify` takes the parts as files. */
export function exported({ checkpoints, verifierKey }: Kept): string {
  return [`${verifierKey}\n`, ...checkpoints.map(({ note }) => note)].join(SEPARATOR);
}

/**
 * Takes in what was exported, or a checkpoint alone as it was signed.
 * @param served the key to take where none is kept and none comes along
 * @returns how many checkpoints there were
 * @throws NoteInvalid, or an error that says why
 */
export async function takeIn(rp: string, text: string, served: string): Promise<number> {
  const parts = text
    .replaceAll('\r\n', '\n')
    .trim()
    .split(`\n${SEPARATOR}`)
    .map((part) => part.trim());
  const isKey = (part: string): boolean => part !== '' && !part.includes('\n');
  const [key = keptOf(rp)?.verifierKey ?? served] = parts.filter(isKey);
  const notes = parts.filter((part) => part.includes('\n')).map((part) => `${part}\n`);
  if (notes.length === 0 && !parts.some(isKey)) throw new Error(say('proof.nothing-in-it'));
  // All of it or none.
  for (const note of notes) await openCheckpoint(note, keyOf({ verifierKey: key }));
  await keep(rp, key);
  for (const note of notes) await keep(rp, key, note);
  return notes.length;
}

function put(rp: string, kept: Kept): void {
  localStorage.setItem(PLACE + rp, JSON.stringify(kept));
}
