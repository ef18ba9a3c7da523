import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isConsistent, rootByInclusion } from '../../../src/domain/audit/merkle-proofs.js';
import type { Frontier, ProofNode, TreeHash } from '../../../src/domain/audit/merkle-tree.js';
import {
  append,
  consistencyNodes,
  EMPTY,
  inclusionNodes,
  lastLeafOf,
  leafHash,
  peaksOf,
  rootOf,
} from '../../../src/domain/audit/merkle-tree.js';
import { mth, path, proof, sha256 } from './naive-merkle-tree.js';

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** The tree as it is kept: each leaf with what it completes. */
class Kept {
  readonly rows: (readonly TreeHash[])[] = [];
  frontier: Frontier = EMPTY;

  constructor(leaves: readonly Uint8Array[]) {
    for (const leaf of leaves) {
      const { completed, frontier } = append(sha256, this.frontier, leafHash(sha256, leaf));
      this.rows.push(completed);
      this.frontier = frontier;
    }
  }

  node = (subtrees: ProofNode): TreeHash =>
    rootOf(
      sha256,
      subtrees.map((subtree) => {
        const hash = this.rows[lastLeafOf(subtree)]?.[subtree.height];
        if (hash === undefined) throw new Error('no such subtree is kept');
        return hash;
      }),
    );
}

const leaves = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 });

describe('the Merkle tree', () => {
  /** The leaves and roots that the reference implementation of RFC 6962 is tested with. */
  const LEAVES = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map(bytes);
  const ROOTS = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it.each(ROOTS.map((root, size) => [size, root] as const))(
    'of %i known leaves has its known root',
    (size, root) => {
      expect(hex(rootOf(sha256, new Kept(LEAVES.slice(0, size)).frontier.peaks))).toBe(root);
    },
  );

  it('has the root that the RFC defines, at every size on the way', () => {
    fc.assert(
      fc.property(leaves, (data) => {
        const kept = new Kept(data);
        for (let size = 0; size <= data.length; size++) {
          expect(hex(kept.node(peaksOf(size)))).toBe(hex(mth(data.slice(0, size))));
        }
        expect(kept.frontier.peaks.map(hex)).toStrictEqual(
          peaksOf(data.length).map((peak) => hex(kept.node([peak]))),
        );
      }),
    );
  });

  it('proves of every leaf, in the tree of every size, that it is in it: with the RFC’s own path', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (data, one, other) => {
        const treeSize = 1 + (one % data.length);
        const leafIndex = other % treeSize;
        const kept = new Kept(data);
        const proven = inclusionNodes(leafIndex, treeSize).map(kept.node);
        expect(proven.map(hex)).toStrictEqual(path(leafIndex, data.slice(0, treeSize)).map(hex));

        const leaf = leafHash(sha256, data[leafIndex] ?? new Uint8Array());
        const root = rootByInclusion(sha256, { leafIndex, treeSize, leafHash: leaf, path: proven });
        expect(root && hex(root)).toBe(hex(mth(data.slice(0, treeSize))));
      }),
    );
  });

  it('proves of any two sizes that the one became the other: with the RFC’s own path', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (data, one, other) => {
        const toSize = 1 + (one % data.length);
        const fromSize = 1 + (other % toSize);
        const kept = new Kept(data);
        const proven = consistencyNodes(fromSize, toSize).map(kept.node);
        expect(proven.map(hex)).toStrictEqual(proof(fromSize, data.slice(0, toSize)).map(hex));

        const roots = [mth(data.slice(0, fromSize)), mth(data.slice(0, toSize))] as const;
        expect(isConsistent(sha256, { fromSize, toSize, path: proven }, ...roots)).toBe(true);
      }),
    );
  });

  it('needs no more than twice the logarithm of its size for either proof', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 2 ** 45 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (size, at) => {
          const bound = 2 * Math.ceil(Math.log2(size)) + 1;
          const index = Math.floor(at * size);
          expect(inclusionNodes(index, size).flat().length).toBeLessThanOrEqual(bound);
          expect(consistencyNodes(index + 1, size).flat().length).toBeLessThanOrEqual(bound);
        },
      ),
    );
  });

  it.each([
    [-1, 3],
    [3, 3],
    [0, 0],
    [0.5, 3],
    [0, Number.NaN],
  ])('has no path for leaf %d of %d', (leafIndex, treeSize) => {
    expect(() => inclusionNodes(leafIndex, treeSize)).toThrow(RangeError);
  });

  it.each([
    [0, 3],
    [4, 3],
    [1.5, 3],
    [1, Number.POSITIVE_INFINITY],
  ])('has no proof from size %d to %d', (fromSize, toSize) => {
    expect(() => consistencyNodes(fromSize, toSize)).toThrow(RangeError);
  });
});

describe('a proof', () => {
  const flipped = (hash: TreeHash, bit: number): TreeHash =>
    hash.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
  const bit = fc.nat(255);

  it('of inclusion fails with another leaf, another place, another path or one of another length', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), bit, fc.nat(), (data, at, wrong, which) => {
        const treeSize = data.length;
        const leafIndex = at % treeSize;
        const kept = new Kept(data);
        const honest = {
          leafIndex,
          treeSize,
          leafHash: leafHash(sha256, data[leafIndex] ?? new Uint8Array()),
          path: inclusionNodes(leafIndex, treeSize).map(kept.node),
        };
        const step = honest.path.length === 0 ? 0 : which % honest.path.length;
        const lies = [
          { ...honest, leafHash: flipped(honest.leafHash, wrong) },
          { ...honest, path: [...honest.path, honest.leafHash] },
          { ...honest, leafIndex: treeSize },
          { ...honest, leafIndex: -1 },
          ...(honest.path.length === 0
            ? []
            : [
                { ...honest, path: honest.path.slice(1) },
                {
                  ...honest,
                  path: honest.path.map((hash, index) => (index === step ? flipped(hash, wrong) : hash)),
                },
              ]),
        ];
        const root = hex(mth(data));
        for (const lie of lies) {
          const claimed = rootByInclusion(sha256, lie);
          expect(claimed && hex(claimed)).not.toBe(root);
        }
      }),
    );
  });

  it('of consistency fails with another root, another path or one of another length', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), bit, fc.nat(), (data, at, wrong, which) => {
        const toSize = data.length;
        const fromSize = 1 + (at % toSize);
        const kept = new Kept(data);
        const path = consistencyNodes(fromSize, toSize).map(kept.node);
        const from = mth(data.slice(0, fromSize));
        const to = mth(data);
        const holds = (steps: readonly TreeHash[], one = from, other = to): boolean =>
          isConsistent(sha256, { fromSize, toSize, path: steps }, one, other);
        expect(holds(path)).toBe(true);
        expect(holds(path, flipped(from, wrong))).toBe(false);
        expect(holds(path, from, flipped(to, wrong))).toBe(false);
        expect(holds([...path, from])).toBe(false);
        if (path.length === 0) return;
        expect(holds(path.slice(1))).toBe(false);
        const step = which % path.length;
        expect(holds(path.map((hash, index) => (index === step ? flipped(hash, wrong) : hash)))).toBe(false);
      }),
    );
  });

  it('of consistency from nothing, or backwards, is none', () => {
    const root = mth([]);
    expect(isConsistent(sha256, { fromSize: 0, toSize: 1, path: [] }, root, root)).toBe(false);
    expect(isConsistent(sha256, { fromSize: 2, toSize: 1, path: [] }, root, root)).toBe(false);
  });
});
