import type { Checkpoint } from '../../../application/ports/checkpoints.js';
import type { RelyingPartySlug } from '../../../domain/kernel/ids.js';
import type { Instant } from '../../../domain/kernel/time.js';
import type { CheckpointStore, StoredLogKey } from '../../audit/stored-checkpoints.js';
import type { PostgresDatabase, Statement } from '../../postgres/postgres-database.js';

const KEY = { text: 'select origin, sealed from service.log_keys where rp = $1' };
const ADD_KEY = {
  text: `insert into service.log_keys (rp, origin, sealed, created_at) values ($1, $2, $3, $4) on conflict do nothing`,
};
const FOUND = `select tree_size as "treeSize", root_hash as "rootHash", signed_at as "signedAt", note
  from service.checkpoints where rp = $1`;
const LATEST = { name: 'latest checkpoint', text: `${FOUND} order by tree_size desc limit 1` };
const SIZED = { name: 'checkpoint of a size', text: `${FOUND} and tree_size = $2` };
const ADD = {
  text: `insert into service.checkpoints (rp, tree_size, root_hash, note, signed_at) values ($1, $2, $3, $4, $5)
    on conflict do nothing`,
};

/** The logs' keys and checkpoints, of all processes. */
export class PostgresCheckpointStore implements CheckpointStore {
  constructor(private readonly database: PostgresDatabase) {}

  async key(rp: RelyingPartySlug): Promise<StoredLogKey | undefined> {
    return (await this.database.repeatable<StoredLogKey>(KEY, [rp]))[0];
  }

  async addKey(rp: RelyingPartySlug, { origin, sealed }: StoredLogKey, at: Instant): Promise<StoredLogKey> {
    await this.database.repeatable(ADD_KEY, [rp, origin, sealed, at]);
    return kept(await this.key(rp));
  }

  latest(rp: RelyingPartySlug): Promise<Checkpoint | undefined> {
    return this.checkpoint(LATEST, [rp]);
  }

  async add(rp: RelyingPartySlug, checkpoint: Checkpoint): Promise<Checkpoint> {
    const { note, rootHash, signedAt, treeSize } = checkpoint;
    await this.database.repeatable(ADD, [rp, treeSize, rootHash, note, signedAt]);
    return kept(await this.checkpoint(SIZED, [rp, treeSize]));
  }

  private async checkpoint(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Checkpoint | undefined> {
    const [row] = await this.database.repeatable<Checkpoint>(statement, values);
    return row && { ...row, rootHash: new Uint8Array(row.rootHash) };
  }
}

/** Of what nobody removes. */
function kept<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('what was added to the log of checkpoints is not there');
  return row;
}
