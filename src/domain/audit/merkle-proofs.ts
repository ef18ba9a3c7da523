import type { Sha256, TreeHash } from './merkle-tree.js';
import { isCount, nodeHash } from './merkle-tree.js';

/** What a proof is checked with; nobody has to be trusted for it. RFC 9162 §2.1.3.2 and §2.1.4.2, for the tree of RFC 6962. */

export interface InclusionProof {
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly leafHash: TreeHash;
  readonly path: readonly TreeHash[];
}

/** The root that a tree of this size must have if the leaf stands there; undefined where the path has no such shape. */
export function rootByInclusion(
  sha256: Sha256,
  { leafHash, leafIndex, path, treeSize }: InclusionProof,
): TreeHash | undefined {
  if (!isCount(leafIndex) || !isCount(treeSize) || leafIndex >= treeSize) return undefined;
  let [node, last] = [leafIndex, treeSize - 1];
  let root = leafHash;
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sha256, sibling, root);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else root = nodeHash(sha256, root, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? root : undefined;
}

export interface ConsistencyProof {
  readonly fromSize: number;
  readonly toSize: number;
  readonly path: readonly TreeHash[];
}

/** Whether the tree of the second root begins with that of the first. */
export function isConsistent(
  sha256: Sha256,
  { fromSize, path, toSize }: ConsistencyProof,
  fromRoot: TreeHash,
  toRoot: TreeHash,
): boolean {
  if (!isCount(fromSize) || !isCount(toSize) || fromSize < 1 || fromSize > toSize) return false;
  if (fromSize === toSize) return path.length === 0 && equal(fromRoot, toRoot);
  // A perfect tree is a node of the larger one, and is left out of the proof.
  const nodes = Number.isInteger(Math.log2(fromSize)) ? [fromRoot, ...path] : path;
  const [start, ...siblings] = nodes;
  if (start === undefined) return false;
  let [node, last] = [fromSize - 1, toSize - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [first, second] = [start, start];
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      first = nodeHash(sha256, sibling, first);
      second = nodeHash(sha256, sibling, second);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else second = nodeHash(sha256, second, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(first, fromRoot) && equal(second, toRoot);
}

/** Hashes are public: nothing is to be learned from the time that this takes. */
export function equal(one: TreeHash, other: TreeHash): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

const half = (value: number): number => Math.floor(value / 2);
