import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Checkpoint, Checkpoints, LogKey } from '../../application/ports/checkpoints.js';
import type { Clock } from '../../application/ports/clock.js';
import type { TreeHash } from '../../domain/audit/merkle-tree.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { signCheckpoint } from '../../transparency/checkpoint.js';
import type { NoteKey } from '../../transparency/signed-note.js';
import { formatVerifierKey, noteKey, rawPublicKey } from '../../transparency/signed-note.js';
import type { Sealer } from '../keys/sealer.js';
import { openDatabase } from '../sqlite/open-database.js';

export type CheckpointDatabase = DatabaseSyncInstance;

/** Opens the file of the logs' keys, sealed, and of every checkpoint that they signed. */
export function openCheckpointDatabase(file: string): CheckpointDatabase {
  return openDatabase(file, {
    version: 1,
    synchronous: 'FULL',
    schema: `
      create table log_keys (
        rp text primary key,
        origin text not null,
        sealed blob not null,
        created_at integer not null
      ) strict;
      create table checkpoints (
        rp text not null,
        tree_size integer not null,
        root_hash blob not null,
        note text not null,
        signed_at integer not null,
        primary key (rp, tree_size)
      ) strict
    `,
  });
}

interface Signing {
  readonly key: NoteKey;
  readonly privateKey: KeyObject;
}

interface CheckpointRow {
  readonly tree_size: number;
  readonly root_hash: Uint8Array;
  readonly note: string;
  readonly signed_at: number;
}

/**
 * One Ed25519 key for each log, made when it is first needed and sealed under a key derived from the master key. It is never
 * replaced by itself: auditors have its public part and believe nothing else.
 */
export class SqliteCheckpoints implements Checkpoints {
  private readonly keys = new Map<RelyingPartySlug, Signing>();
  private readonly newest;
  private readonly sized;
  private readonly insert;

  /** @param issuer where the service is; a log made now is named after its host for good */
  constructor(
    private readonly database: CheckpointDatabase,
    private readonly sealer: Sealer,
    private readonly issuer: string,
    private readonly clock: Clock,
  ) {
    this.newest = database.prepare(
      'select tree_size, root_hash, note, signed_at from checkpoints where rp = ? order by tree_size desc limit 1',
    );
    this.sized = database.prepare(
      'select tree_size, root_hash, note, signed_at from checkpoints where rp = ? and tree_size = ?',
    );
    this.insert = database.prepare(
      'insert into checkpoints (rp, tree_size, root_hash, note, signed_at) values (?, ?, ?, ?, ?) on conflict do nothing',
    );
  }

  key(rp: RelyingPartySlug): LogKey {
    const { key } = this.signing(rp);
    const publicKey = rawPublicKey(key.publicKey).toString('base64');
    return { origin: key.name, verifierKey: formatVerifierKey(key), publicKey };
  }

  latest(rp: RelyingPartySlug): Checkpoint | undefined {
    const row = this.newest.get(rp) as CheckpointRow | undefined;
    return row && checkpointOf(row);
  }

  sign(rp: RelyingPartySlug, treeSize: number, rootHash: TreeHash, now: Instant): Checkpoint {
    const { key, privateKey } = this.signing(rp);
    const note = signCheckpoint({ origin: key.name, treeSize, rootHash }, key, privateKey);
    this.insert.run(rp, treeSize, rootHash, note, now);
    return checkpointOf(this.sized.get(rp, treeSize) as CheckpointRow);
  }

  private signing(rp: RelyingPartySlug): Signing {
    const known = this.keys.get(rp);
    if (known !== undefined) return known;
    const found = this.read(rp) ?? this.make(rp);
    this.keys.set(rp, found);
    return found;
  }

  private read(rp: RelyingPartySlug): Signing | undefined {
    const row = this.database.prepare('select origin, sealed from log_keys where rp = ?').get(rp) as
      { origin: string; sealed: Uint8Array } | undefined;
    if (row === undefined) return undefined;
    const der = Buffer.from(this.sealer.open(contextOf(rp), row.sealed));
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return { key: noteKey(row.origin, createPublicKey(privateKey)), privateKey };
  }

  private make(rp: RelyingPartySlug): Signing {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = noteKey(`${new URL(this.issuer).host}/${rp}`, publicKey);
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    this.database
      .prepare('insert into log_keys (rp, origin, sealed, created_at) values (?, ?, ?, ?)')
      .run(rp, key.name, this.sealer.seal(contextOf(rp), der), this.clock.now());
    return { key, privateKey };
  }
}

function checkpointOf(row: CheckpointRow): Checkpoint {
  const { note, root_hash: rootHash, signed_at: signedAt, tree_size: treeSize } = row;
  return { treeSize, rootHash, signedAt, note };
}

function contextOf(rp: RelyingPartySlug): string {
  return `log-key|${rp}`;
}
