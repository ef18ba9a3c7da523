import { promised } from '../../sqlite/promised.js';
import type { SigningKeyStore, SigningKeyTable, StoredSigningKey } from '../../tokens/signing-keys.js';
import type { ServiceDatabase } from './service-database.js';

/** The signing keys of a data folder, those of tokens unless another table is named. What is destroyed is overwritten. */
export class SqliteSigningKeyStore implements SigningKeyStore {
  readonly #list;
  readonly #add;
  readonly #destroy;

  constructor(database: ServiceDatabase, table: SigningKeyTable = 'signing_keys') {
    this.#list = database.prepare(
      `select kid, sealed, created_at as "createdAt" from ${table} order by created_at desc, kid`,
    );
    this.#add = database.prepare(
      `insert into ${table} (kid, sealed, created_at) select ?, ?, ?
       where (select kid from ${table} order by created_at desc, kid limit 1) is ?`,
    );
    this.#destroy = database.prepare(`delete from ${table} where kid = ?`);
  }

  list(): Promise<readonly StoredSigningKey[]> {
    return promised(() => this.#list.all() as StoredSigningKey[]);
  }

  async add({ createdAt, kid, sealed }: StoredSigningKey, follows: string | null): Promise<void> {
    await promised(() => this.#add.run(kid, sealed, createdAt, follows));
  }

  async destroy(kid: string): Promise<void> {
    await promised(() => this.#destroy.run(kid));
  }
}
