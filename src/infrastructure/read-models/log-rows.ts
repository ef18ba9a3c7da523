import type { Append, Value } from '../../application/projections/projection.js';
import type { Frontier, TreeHash } from '../../domain/audit/merkle-tree.js';
import { append, HASH_BYTES, leafHash } from '../../domain/audit/merkle-tree.js';
import { sha256 } from '../keys/sha256.js';

/** Where a log stands: all that its next row depends on. */
export interface LogEnd {
  frontier: Frontier;
  readonly highest: Map<string, number>;
}

/**
 * The row that comes next in a log, in the order of `columns`, with what follows from the rows before it; undefined where it
 * has no value. `end` is where the log stands then.
 */
export function nextRow(
  { hashes, index, leaf, rising, row }: Append,
  columns: readonly string[],
  end: LogEnd,
): readonly (Value | undefined)[] {
  const { size } = end.frontier;
  const { completed, frontier } = append(sha256, end.frontier, leafHash(sha256, leaf));
  end.frontier = frontier;
  for (const column in rising) {
    const value = rising[column] ?? 0;
    end.highest.set(column, Math.max(value, end.highest.get(column) ?? value));
  }
  return columns.map((column) => {
    if (column === index) return size;
    if (column === hashes) return joined(completed);
    return end.highest.get(column) ?? row[column];
  });
}

function joined(hashes: readonly TreeHash[]): Uint8Array {
  const [only] = hashes;
  if (only !== undefined && hashes.length === 1) return only;
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [index, hash] of hashes.entries()) bytes.set(hash, index * HASH_BYTES);
  return bytes;
}
