import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import type { SigningKeyStore, SigningKeyTable, StoredSigningKey } from '../../tokens/signing-keys.js';

/**
 * The signing keys of all processes, those of tokens unless another table is named; sealed under the root key, which no server and no
 * backup has in the clear: the bytes of a destroyed one stay in the server's files until it writes over them, and open nothing without it.
 */
export class PostgresSigningKeyStore implements SigningKeyStore {
  readonly #list;
  readonly #lock;
  readonly #add;
  readonly #destroy;

  constructor(
    private readonly database: PostgresDatabase,
    name: SigningKeyTable = 'signing_keys',
  ) {
    const table = `service.${name}`;
    this.#list = {
      text: `select kid, sealed, created_at as "createdAt" from ${table} order by created_at desc, kid`,
    };
    // Others may read meanwhile. A statement after this one sees what those before it in the queue have added.
    this.#lock = `lock table ${table} in share row exclusive mode`;
    this.#add = `insert into ${table} (kid, sealed, created_at) select $1, $2, $3
      where (select kid from ${table} order by created_at desc, kid limit 1) is not distinct from $4`;
    this.#destroy = { text: `delete from ${table} where kid = $1` };
  }

  list(): Promise<readonly StoredSigningKey[]> {
    return this.database.repeatable<StoredSigningKey>(this.#list);
  }

  async add({ createdAt, kid, sealed }: StoredSigningKey, follows: string | null): Promise<void> {
    await this.database.transaction(async (client) => {
      await client.query(this.#lock);
      await client.query(this.#add, [kid, sealed, createdAt, follows]);
    });
  }

  async destroy(kid: string): Promise<void> {
    await this.database.repeatable(this.#destroy, [kid]);
  }
}
