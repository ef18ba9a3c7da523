import type { Checkpoint } from '../../../application/ports/checkpoints.js';
import type { RelyingPartySlug } from '../../../domain/kernel/ids.js';
import type { CheckpointStore, StoredLogKey } from '../../audit/stored-checkpoints.js';
import { promised } from '../../sqlite/promised.js';
import type { CheckpointDatabase } from './checkpoint-database.js';

const COLUMNS = 'tree_size as "treeSize", root_hash as "rootHash", signed_at as "signedAt", note';

/** The logs' keys and checkpoints of a data folder. */
export class SqliteCheckpointStore implements CheckpointStore {
  readonly #key;
  readonly #addKey;
  readonly #latest;
  readonly #sized;
  readonly #add;

  constructor(database: CheckpointDatabase) {
    this.#key = database.prepare('select origin, sealed from log_keys where rp = ?');
    this.#addKey = database.prepare(
      'insert into log_keys (rp, origin, sealed, created_at) values (?, ?, ?, ?) on conflict do nothing',
    );
    this.#latest = database.prepare(
      `select ${COLUMNS} from checkpoints where rp = ? order by tree_size desc limit 1`,
    );
    this.#sized = database.prepare(`select ${COLUMNS} from checkpoints where rp = ? and tree_size = ?`);
    this.#add = database.prepare(
      'insert into checkpoints (rp, tree_size, root_hash, note, signed_at) values (?, ?, ?, ?, ?) on conflict do nothing',
    );
  }

  key(rp: RelyingPartySlug): Promise<StoredLogKey | undefined> {
    return promised(() => this.#key.get(rp) as StoredLogKey | undefined);
  }

  addKey(rp: RelyingPartySlug, { origin, sealed }: StoredLogKey, at: number): Promise<StoredLogKey> {
    return promised(() => {
      this.#addKey.run(rp, origin, sealed, at);
      return this.#key.get(rp) as StoredLogKey;
    });
  }

  latest(rp: RelyingPartySlug): Promise<Checkpoint | undefined> {
    return promised(() => {
      const row = this.#latest.get(rp) as Checkpoint | undefined;
      return row && { ...row };
    });
  }

  add(rp: RelyingPartySlug, { note, rootHash, signedAt, treeSize }: Checkpoint): Promise<Checkpoint> {
    return promised(() => {
      this.#add.run(rp, treeSize, rootHash, note, signedAt);
      return { ...(this.#sized.get(rp, treeSize) as Checkpoint) };
    });
  }
}
