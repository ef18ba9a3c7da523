import type { TreeHash } from '../../domain/audit/merkle-tree.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';

/** What the log of a relying party was at one size, signed. */
export interface Checkpoint {
  readonly treeSize: number;
  readonly rootHash: TreeHash;
  readonly signedAt: Instant;
  /** The signed note (C2SP tlog-checkpoint): origin, size and root hash in lines, and a signature line. */
  readonly note: string;
}

/** What a relying party's checkpoints are checked with. */
export interface LogKey {
  /** The log's name, which is the first line of its checkpoints and the name of its key. */
  readonly origin: string;
  /** C2SP signed-note verifier key: name, key id and Ed25519 public key in one line. */
  readonly verifierKey: string;
  /** The Ed25519 public key, 32 bytes in base64 (RFC 8032 §5.1.5). */
  readonly publicKey: string;
}

/** The key that signs a log, and every checkpoint that it signed. */
export interface Checkpoints {
  key(rp: RelyingPartySlug): Promise<LogKey>;
  /** The one of the largest tree; undefined before the first. */
  latest(rp: RelyingPartySlug): Promise<Checkpoint | undefined>;
  /** Signs and keeps; the same tree again gives the checkpoint that there is. On disk when it answers. */
  sign(rp: RelyingPartySlug, treeSize: number, rootHash: TreeHash, now: Instant): Promise<Checkpoint>;
}

export const CHECKPOINTS = Symbol('Checkpoints');
