import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Checkpoint, Checkpoints, LogKey } from '../../application/ports/checkpoints.js';
import type { Clock } from '../../application/ports/clock.js';
import type { TreeHash } from '../../domain/audit/merkle-tree.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { signCheckpoint } from '../../transparency/checkpoint.js';
import type { NoteKey } from '../../transparency/signed-note.js';
import { formatVerifierKey, noteKey, rawPublicKey } from '../../transparency/signed-note.js';
import type { Sealer } from '../keys/sealer.js';

/** The key of a log as it is kept: its private part sealed. */
export interface StoredLogKey {
  readonly origin: string;
  readonly sealed: Uint8Array;
}

/** The logs' keys and every checkpoint that they signed. What was added is on disk when it answers, and never replaced. */
export interface CheckpointStore {
  key(rp: RelyingPartySlug): Promise<StoredLogKey | undefined>;
  /** @returns the key that the log has: this one, or the one that was there */
  addKey(rp: RelyingPartySlug, key: StoredLogKey, at: Instant): Promise<StoredLogKey>;
  /** The one of the largest tree. */
  latest(rp: RelyingPartySlug): Promise<Checkpoint | undefined>;
  /** @returns the checkpoint of that size: this one, or the one that was there */
  add(rp: RelyingPartySlug, checkpoint: Checkpoint): Promise<Checkpoint>;
}

interface Signing {
  readonly key: NoteKey;
  readonly privateKey: KeyObject;
}

/**
 * One Ed25519 key for each log, made when it is first needed and sealed under a key derived from the root key. It is never
 * replaced by itself: auditors have its public part and believe nothing else.
 */
export class StoredCheckpoints implements Checkpoints {
  private readonly keys = new Map<RelyingPartySlug, Signing>();

  /** @param issuer where the service is; a log made now is named after its host for good */
  constructor(
    private readonly store: CheckpointStore,
    private readonly sealer: Sealer,
    private readonly issuer: string,
    private readonly clock: Clock,
  ) {}

  async key(rp: RelyingPartySlug): Promise<LogKey> {
    const { key } = await this.signing(rp);
    const publicKey = rawPublicKey(key.publicKey).toString('base64');
    return { origin: key.name, verifierKey: formatVerifierKey(key), publicKey };
  }

  latest(rp: RelyingPartySlug): Promise<Checkpoint | undefined> {
    return this.store.latest(rp);
  }

  async sign(
    rp: RelyingPartySlug,
    treeSize: number,
    rootHash: TreeHash,
    signedAt: Instant,
  ): Promise<Checkpoint> {
    const { key, privateKey } = await this.signing(rp);
    const note = signCheckpoint({ origin: key.name, treeSize, rootHash }, key, privateKey);
    return this.store.add(rp, { treeSize, rootHash, signedAt, note });
  }

  private async signing(rp: RelyingPartySlug): Promise<Signing> {
    const known = this.keys.get(rp);
    if (known !== undefined) return known;
    const stored = (await this.store.key(rp)) ?? (await this.make(rp));
    const found = this.open(rp, stored);
    this.keys.set(rp, found);
    return found;
  }

  private open(rp: RelyingPartySlug, { origin, sealed }: StoredLogKey): Signing {
    const der = Buffer.from(this.sealer.open(contextOf(rp), sealed));
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return { key: noteKey(origin, createPublicKey(privateKey)), privateKey };
  }

  private make(rp: RelyingPartySlug): Promise<StoredLogKey> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const sealed = this.sealer.seal(contextOf(rp), privateKey.export({ format: 'der', type: 'pkcs8' }));
    const origin = `${new URL(this.issuer).host}/${rp}`;
    return this.store.addKey(rp, { origin, sealed }, this.clock.now());
  }
}

function contextOf(rp: RelyingPartySlug): string {
  return `log-key|${rp}`;
}
