import type { Instant } from '../../../domain/kernel/time.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import type { ApiKeyStore, StoredApiKey } from '../api-keys.js';

const FOUND = `select key_id as "keyId", rp, scopes, label, created_at as "createdAt"
  from service.api_keys where revoked_at is null`;
const BY_HASH = { name: 'API key by hash', text: `${FOUND} and hash = $1` };
const BY_ID = { name: 'API key by id', text: `${FOUND} and key_id = $1` };
const LIST = { text: `${FOUND} order by created_at, key_id` };
// Of two processes that accept a key at once, one waits here for the other. Which of the unique columns they meet in is all the same.
const ADD = {
  text: `insert into service.api_keys (hash, key_id, rp, scopes, label, created_at) values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing`,
};
const LET_IN = {
  text: `update service.api_keys set scopes = $3, rp = $2, revoked_at = null where hash = $1 returning key_id`,
};
const REVOKE = {
  text: 'update service.api_keys set revoked_at = $2 where key_id = $1 and revoked_at is null',
};

/** The keys that all processes of a service let in. */
export class PostgresApiKeyStore implements ApiKeyStore {
  constructor(private readonly database: PostgresDatabase) {}

  async findByHash(hash: string): Promise<StoredApiKey | undefined> {
    return (await this.database.repeatable<StoredApiKey>(BY_HASH, [hash]))[0];
  }

  async findById(keyId: string): Promise<StoredApiKey | undefined> {
    return (await this.database.repeatable<StoredApiKey>(BY_ID, [keyId]))[0];
  }

  list(): Promise<readonly StoredApiKey[]> {
    return this.database.repeatable<StoredApiKey>(LIST);
  }

  async accept(hash: string, { createdAt, keyId, label, rp, scopes }: StoredApiKey): Promise<void> {
    await this.database.repeatable(ADD, [hash, keyId, rp, scopes, label, createdAt]);
    const found = await this.database.repeatable(LET_IN, [hash, rp, scopes]);
    if (found.length === 0) throw new Error('another API key has this id');
  }

  async revoke(keyId: string, at: Instant): Promise<void> {
    await this.database.repeatable(REVOKE, [keyId, at]);
  }
}
