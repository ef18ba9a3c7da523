import type { ProofNode, Sha256, Subtree, TreeHash } from '../../domain/audit/merkle-tree.js';
import {
  consistencyNodes,
  HASH_BYTES,
  inclusionNodes,
  lastLeafOf,
  peaksOf,
  rootOf,
} from '../../domain/audit/merkle-tree.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Position } from '../ports/event-store.js';
import type { ReadModels } from '../ports/read-models.js';
import { EVENT_LOG, eventLog } from '../projections/event-log.js';
import type { Row } from '../projections/projection.js';
import { numberOf } from '../queries/sealed-column.js';

export interface LogHead {
  /** How many events the log has. */
  readonly size: number;
  /** Of the last one; 0 in an empty log. */
  readonly position: Position;
}

/** A relying party's Merkle log. Every hash and every proof costs at most the square of the logarithm of its size in reads of one row. */
export class EventLogReader {
  constructor(
    private readonly readModels: ReadModels,
    private readonly sha256: Sha256,
  ) {}

  async head(rp: RelyingPartySlug): Promise<LogHead> {
    const [last] = await this.readModels.list(eventLog.name, {
      table: EVENT_LOG.name,
      where: { rp },
      orderBy: 'leaf_index',
      descending: true,
      limit: 1,
    });
    if (last === undefined) return { size: 0, position: 0 };
    return { size: numberOf(last, 'leaf_index') + 1, position: numberOf(last, 'position') };
  }

  /** Of the tree of the log's first `size` events. */
  root(rp: RelyingPartySlug, size: number): Promise<TreeHash> {
    return this.hashed(rp, peaksOf(size));
  }

  async leafHash(rp: RelyingPartySlug, leafIndex: number): Promise<TreeHash> {
    return this.subtree(rp, { height: 0, index: leafIndex });
  }

  /** RFC 6962 §2.1.1, the leaf's sibling first. */
  inclusion(rp: RelyingPartySlug, leafIndex: number, treeSize: number): Promise<readonly TreeHash[]> {
    return Promise.all(inclusionNodes(leafIndex, treeSize).map((node) => this.hashed(rp, node)));
  }

  /** RFC 6962 §2.1.2. */
  consistency(rp: RelyingPartySlug, fromSize: number, toSize: number): Promise<readonly TreeHash[]> {
    return Promise.all(consistencyNodes(fromSize, toSize).map((node) => this.hashed(rp, node)));
  }

  private async hashed(rp: RelyingPartySlug, node: ProofNode): Promise<TreeHash> {
    return rootOf(this.sha256, await Promise.all(node.map((subtree) => this.subtree(rp, subtree))));
  }

  private async subtree(rp: RelyingPartySlug, subtree: Subtree): Promise<TreeHash> {
    const leaf_index = lastLeafOf(subtree);
    const row = await this.readModels.find(eventLog.name, {
      table: EVENT_LOG.name,
      where: { rp, leaf_index },
    });
    if (row === undefined) throw new Error(`the log of ${rp} has no leaf ${leaf_index}`);
    return hashOf(row, subtree.height);
  }
}

/** The hash of the perfect subtree of this height that a leaf completes; of height 0, the leaf's own. */
export function hashOf(row: Row, height = 0): TreeHash {
  const hashes = row['hashes'];
  const at = height * HASH_BYTES;
  if (!(hashes instanceof Uint8Array) || hashes.length < at + HASH_BYTES)
    throw new Error('a leaf lacks a hash');
  return hashes.slice(at, at + HASH_BYTES);
}
