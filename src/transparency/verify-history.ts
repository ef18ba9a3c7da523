import type { Difference } from '../domain/audit/history-differences.js';
import { differences } from '../domain/audit/history-differences.js';
import { equal } from '../domain/audit/merkle-proofs.js';
import type { Frontier } from '../domain/audit/merkle-tree.js';
import { append, EMPTY, rootOf } from '../domain/audit/merkle-tree.js';
import type { SignedTree } from './checkpoint.js';
import { openCheckpoint } from './checkpoint.js';
import type { ExportedHistory } from './exported-history.js';
import { sha256 } from './sha256.js';
import type { NoteKey } from './signed-note.js';
import { NoteInvalid } from './signed-note.js';

/** A checkpoint that somebody kept. */
export interface PinnedCheckpoint {
  /** For the report: a file's name. */
  readonly name: string;
  readonly note: string;
}

export type Finding =
  /** The export ends before its end. */
  | { readonly kind: 'cut-off'; readonly has: number; readonly should: number }
  /** Not of this log, or not signed by this key: it says nothing. */
  | { readonly kind: 'checkpoint-invalid'; readonly name: string; readonly reason: string }
  /** These events are not the ones that were signed at this size. Which of them differ can't be said; the first `agreesUpTo` don't. */
  | {
      readonly kind: 'rewritten';
      readonly name: string;
      readonly treeSize: number;
      readonly agreesUpTo: number;
    }
  | Difference;

export interface Verdict {
  /** None: the history is whole. */
  readonly findings: readonly Finding[];
  /** How many events the export has, and how many of those the pinned checkpoints vouch for. */
  readonly events: number;
  readonly vouchedFor: number;
}

export interface Evidence {
  readonly history: ExportedHistory;
  readonly key: NoteKey;
  readonly pinned: readonly PinnedCheckpoint[];
  /** An export of before, believed as far as a pinned checkpoint vouches for it: with it, a rewriting is told leaf by leaf. */
  readonly earlier?: ExportedHistory;
}

type NamedTree = SignedTree & { readonly name: string };

/**
 * Says whether an export is the history that was signed. Nothing that the service says of itself is believed: the events are
 * hashed here, and what they should come to is what the pinned checkpoints say.
 */
export function verifyHistory({ earlier, history, key, pinned }: Evidence): Verdict {
  const { checkpoint, claimed, computed, treeSize } = history;
  const findings: Finding[] = [];
  if (computed.length !== treeSize)
    findings.push({ kind: 'cut-off', has: computed.length, should: treeSize });
  const kept = opened(pinned, key, findings).toSorted((one, other) => one.treeSize - other.treeSize);
  const own = checkpoint === null ? [] : opened([{ name: 'in the export', note: checkpoint }], key, findings);
  // What lies beyond the end of an export that was cut off is not contradicted by it.
  const inReach = [...kept, ...own].filter(
    (tree) => computed.length === treeSize || tree.treeSize <= computed.length,
  );

  const found = computed.filter((hash) => hash !== null);
  const { agreesUpTo, contradicted } = vouchedPart(found, inReach);
  const signed = longerOf(
    claimed.slice(0, vouchedPart(claimed, inReach).agreesUpTo),
    earlier === undefined ? [] : earlier.claimed.slice(0, vouchedPart(earlier.claimed, kept).agreesUpTo),
  );
  const expected = [...signed, ...claimed.slice(endOfSigned(signed, claimed))];
  const changed = isSame(expected, found) ? [] : differences(expected, found);
  findings.push(...changed);
  if (contradicted !== undefined && (changed.length === 0 || signed.length < contradicted.treeSize)) {
    findings.push({
      kind: 'rewritten',
      name: contradicted.name,
      treeSize: contradicted.treeSize,
      agreesUpTo,
    });
  }
  return { findings, events: computed.length, vouchedFor: vouchedPart(found, kept).agreesUpTo };
}

function opened(
  pinned: readonly PinnedCheckpoint[],
  key: NoteKey,
  findings: Finding[],
): readonly NamedTree[] {
  return pinned.flatMap(({ name, note }) => {
    try {
      return [{ ...openCheckpoint(note, key), name }];
    } catch (error) {
      if (!(error instanceof NoteInvalid)) throw error;
      findings.push({ kind: 'checkpoint-invalid', name, reason: error.message });
      return [];
    }
  });
}

/** How far leaves are what was signed: up to the largest tree before the first that they contradict. */
function vouchedPart(
  leaves: readonly string[],
  trees: readonly NamedTree[],
): { readonly agreesUpTo: number; readonly contradicted?: NamedTree } {
  const roots = rootsOf(leaves, trees);
  let agreesUpTo = 0;
  for (const tree of trees) {
    const root = roots.get(tree.treeSize);
    if (root === undefined || !equal(root, tree.rootHash)) return { agreesUpTo, contradicted: tree };
    agreesUpTo = Math.max(agreesUpTo, tree.treeSize);
  }
  return { agreesUpTo };
}

/**
 * Where in the claimed leaves those begin that were appended after the signed ones: behind the last signed one that is there,
 * and behind as many as stand in the places of the signed ones that would follow it.
 */
function endOfSigned(signed: readonly string[], claimed: readonly string[]): number {
  const places = new Map(signed.map((hash, place) => [hash, place]));
  for (let at = claimed.length - 1; at >= 0; at--) {
    const place = places.get(claimed[at] ?? '');
    if (place !== undefined) return at + signed.length - place;
  }
  return signed.length;
}

function rootsOf(leaves: readonly string[], trees: readonly SignedTree[]): ReadonlyMap<number, Uint8Array> {
  const sizes = new Set(trees.map(({ treeSize }) => treeSize));
  const roots = new Map<number, Uint8Array>();
  let frontier: Frontier = EMPTY;
  if (sizes.has(0)) roots.set(0, rootOf(sha256, []));
  if (sizes.size === 0) return roots;
  for (const leaf of leaves) {
    ({ frontier } = append(sha256, frontier, Buffer.from(leaf, 'base64')));
    if (sizes.has(frontier.size)) roots.set(frontier.size, rootOf(sha256, frontier.peaks));
  }
  return roots;
}

function longerOf(one: readonly string[], other: readonly string[]): readonly string[] {
  return other.length > one.length ? other : one;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((hash, index) => hash === other[index]);
}
