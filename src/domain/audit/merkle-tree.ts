/**
 * The Merkle tree of RFC 6962 §2.1, kept so that nothing costs more than the logarithm of its size: each leaf is stored with
 * the hashes of all perfect subtrees that it completes, and every proof is put together from those.
 */

/** SHA-256; 32 bytes. It comes in from outside, for the domain imports nothing, and keeps nothing of what it is given. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export type TreeHash = Uint8Array;

export const HASH_BYTES = 32;

/** MTH({d}) = SHA-256(0x00 || d): a leaf can't be taken for a node. */
export function leafHash(sha256: Sha256, leaf: Uint8Array): TreeHash {
  return sha256(joined(0, leaf));
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(sha256: Sha256, left: TreeHash, right: TreeHash): TreeHash {
  return sha256(joined(1, left, right));
}

/** What is hashed is put together in the same place again and again: a new one for each event costs more than its hash. */
let place = new Uint8Array(4_096);

function joined(prefix: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  if (length > place.length) place = new Uint8Array(2 * length);
  place[0] = prefix;
  let at = 1;
  for (const part of parts) {
    place.set(part, at);
    at += part.length;
  }
  return place.subarray(0, length);
}

/** A tree as far as it takes to go on: its size, and the roots of its perfect subtrees, the largest (leftmost) first. */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly TreeHash[];
}

export const EMPTY: Frontier = { size: 0, peaks: [] };

/** One more leaf. */
export interface Grown {
  readonly frontier: Frontier;
  /** The hashes of the perfect subtrees that end with this leaf, itself first: of heights 0, 1, … */
  readonly completed: readonly TreeHash[];
}

export function append(sha256: Sha256, { size, peaks }: Frontier, leaf: TreeHash): Grown {
  const completed = [leaf];
  const left = [...peaks];
  let node = leaf;
  for (let carry = size; carry % 2 === 1; carry = Math.floor(carry / 2)) {
    const sibling = left.pop();
    if (sibling === undefined) throw new Error('a frontier holds fewer subtrees than its size has');
    node = nodeHash(sha256, sibling, node);
    completed.push(node);
  }
  left.push(node);
  return { frontier: { size: size + 1, peaks: left }, completed };
}

/** A perfect subtree: of 2^height leaves, the `index`th of that height. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** With which leaf a perfect subtree is complete: its hash is the one of its height that is stored there. */
export function lastLeafOf({ height, index }: Subtree): number {
  return (index + 1) * 2 ** height - 1;
}

/** The perfect subtrees that leaves `from` to `to` (not included) fall into, left to right; `from` is where one begins. */
function perfectSubtrees(from: number, to: number): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to;) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height += 1;
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** The perfect subtrees of the tree of this size, the largest first: as many as its size has ones in binary. */
export function peaksOf(size: number): readonly Subtree[] {
  return perfectSubtrees(0, size);
}

/** One node of a proof: the perfect subtrees that it is hashed together from, right to left. Mostly it is one. */
export type ProofNode = readonly Subtree[];

/** The largest power of two below `width`, which is 2 or more (RFC 6962 §2.1). */
function split(width: number): number {
  return 2 ** Math.ceil(Math.log2(width) - 1);
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1: what goes with a leaf on its way to the root, the leaf's sibling first. */
export function inclusionNodes(leafIndex: number, treeSize: number): readonly ProofNode[] {
  if (!isCount(leafIndex) || !isCount(treeSize) || leafIndex >= treeSize)
    throw new RangeError('a leaf that the tree has');
  const path: ProofNode[] = [];
  let [from, to] = [0, treeSize];
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (leafIndex < middle) {
      path.push(perfectSubtrees(middle, to));
      to = middle;
    } else {
      path.push(perfectSubtrees(from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2, for 0 < from <= to: that the smaller tree is how the larger one began. */
export function consistencyNodes(fromSize: number, toSize: number): readonly ProofNode[] {
  if (!isCount(fromSize) || !isCount(toSize) || fromSize < 1 || fromSize > toSize)
    throw new RangeError('a smaller tree, then the larger one');
  const path: ProofNode[] = [];
  let [from, to] = [0, toSize];
  let known = true;
  while (fromSize !== to) {
    const middle = from + split(to - from);
    if (fromSize <= middle) {
      path.push(perfectSubtrees(middle, to));
      to = middle;
    } else {
      path.push(perfectSubtrees(from, middle));
      from = middle;
      known = false;
    }
  }
  if (!known) path.push(perfectSubtrees(from, to));
  return path.reverse();
}

/** The hash of neighbouring perfect subtrees, left to right; of none, that of the empty tree (RFC 6962 §2.1). */
export function rootOf(sha256: Sha256, peaks: readonly TreeHash[]): TreeHash {
  const last = peaks.at(-1);
  if (last === undefined) return sha256(new Uint8Array());
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(sha256, left, right), last);
}

export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
