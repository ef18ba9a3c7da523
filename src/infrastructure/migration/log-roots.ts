import { relyingPartyOfStream } from '../../application/audit/audit-streams.js';
import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { Frontier } from '../../domain/audit/merkle-tree.js';
import { append, EMPTY, leafHash, rootOf } from '../../domain/audit/merkle-tree.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { sha256 } from '../../transparency/sha256.js';

/** How a relying party's log stands: what a checkpoint would sign. */
export interface LogRoot {
  readonly rp: string;
  readonly treeSize: number;
  /** Base64, as in a checkpoint. */
  readonly rootHash: string;
}

/**
 * The Merkle logs that events in their order come to, one for each relying party, as the service itself keeps them: a leaf is an
 * event's bytes, in which no position stands, so that the roots are the same wherever the events are.
 */
export class LogRoots {
  readonly #frontiers = new Map<RelyingPartySlug, Frontier>();

  add({ body, stream }: Pick<RecordedEvent, 'body' | 'stream'>): void {
    const rp = relyingPartyOfStream(stream);
    if (rp === undefined) return;
    const before = this.#frontiers.get(rp) ?? EMPTY;
    this.#frontiers.set(rp, append(sha256, before, leafHash(sha256, body)).frontier);
  }

  /** In the order of the names. */
  roots(): readonly LogRoot[] {
    return [...this.#frontiers]
      .map(([rp, { peaks, size }]) => ({
        rp,
        treeSize: size,
        rootHash: Buffer.from(rootOf(sha256, peaks)).toString('base64'),
      }))
      .sort((one, other) => (one.rp < other.rp ? -1 : 1));
  }
}
