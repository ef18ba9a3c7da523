import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import type { SigningKeyStore, StoredSigningKey } from '../../tokens/signing-keys.js';

const LIST = {
  text: 'select kid, sealed, created_at as "createdAt" from service.signing_keys order by created_at desc, kid',
};
/** Others may read meanwhile. A statement after this one sees what those before it in the queue have added. */
const LOCK = 'lock table service.signing_keys in share row exclusive mode';
const ADD = `insert into service.signing_keys (kid, sealed, created_at) select $1, $2, $3
  where (select kid from service.signing_keys order by created_at desc, kid limit 1) is not distinct from $4`;
const DESTROY = { text: 'delete from service.signing_keys where kid = $1' };

/**
 * The signing keys of all processes, sealed under the master key, which no server and no backup has: the bytes of a destroyed
 * one stay in the server's files until it writes over them, and open nothing without it.
 */
export class PostgresSigningKeyStore implements SigningKeyStore {
  constructor(private readonly database: PostgresDatabase) {}

  list(): Promise<readonly StoredSigningKey[]> {
    return this.database.repeatable<StoredSigningKey>(LIST);
  }

  async add({ createdAt, kid, sealed }: StoredSigningKey, follows: string | null): Promise<void> {
    await this.database.transaction(async (client) => {
      await client.query(LOCK);
      await client.query(ADD, [kid, sealed, createdAt, follows]);
    });
  }

  async destroy(kid: string): Promise<void> {
    await this.database.repeatable(DESTROY, [kid]);
  }
}
