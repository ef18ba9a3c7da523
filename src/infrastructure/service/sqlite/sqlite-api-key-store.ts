import type { Instant } from '../../../domain/kernel/time.js';
import { promised } from '../../sqlite/promised.js';
import type { ApiKeyStore, StoredApiKey } from '../api-keys.js';
import type { ServiceDatabase } from './service-database.js';

const COLUMNS = 'key_id as "keyId", rp, scopes, label, created_at as "createdAt"';

/** The keys that a data folder's service lets in. */
export class SqliteApiKeyStore implements ApiKeyStore {
  readonly #byHash;
  readonly #byId;
  readonly #listed;
  readonly #accept;
  readonly #revoke;

  constructor(database: ServiceDatabase) {
    this.#byHash = database.prepare(`select ${COLUMNS} from api_keys where hash = ? and revoked_at is null`);
    this.#byId = database.prepare(`select ${COLUMNS} from api_keys where key_id = ? and revoked_at is null`);
    this.#listed = database.prepare(
      `select ${COLUMNS} from api_keys where revoked_at is null order by created_at, rowid`,
    );
    this.#accept = database.prepare(
      `insert into api_keys (hash, key_id, rp, scopes, label, created_at) values (?, ?, ?, ?, ?, ?)
       on conflict (hash) do update set scopes = excluded.scopes, rp = excluded.rp, revoked_at = null`,
    );
    this.#revoke = database.prepare(
      'update api_keys set revoked_at = ? where key_id = ? and revoked_at is null',
    );
  }

  findByHash(hash: string): Promise<StoredApiKey | undefined> {
    return promised(() => this.#byHash.get(hash) as StoredApiKey | undefined);
  }

  findById(keyId: string): Promise<StoredApiKey | undefined> {
    return promised(() => this.#byId.get(keyId) as StoredApiKey | undefined);
  }

  list(): Promise<readonly StoredApiKey[]> {
    return promised(() => this.#listed.all() as StoredApiKey[]);
  }

  async accept(hash: string, { createdAt, keyId, label, rp, scopes }: StoredApiKey): Promise<void> {
    await promised(() => this.#accept.run(hash, keyId, rp, scopes, label, createdAt));
  }

  async revoke(keyId: string, at: Instant): Promise<void> {
    await promised(() => this.#revoke.run(at, keyId));
  }
}
