import { promised } from '../../sqlite/promised.js';
import type { SigningKeyStore, StoredSigningKey } from '../../tokens/signing-keys.js';
import type { ServiceDatabase } from './service-database.js';

/** The signing keys of a data folder. What is destroyed is overwritten. */
export class SqliteSigningKeyStore implements SigningKeyStore {
  readonly #list;
  readonly #add;
  readonly #destroy;

  constructor(database: ServiceDatabase) {
    this.#list = database.prepare(
      'select kid, sealed, created_at as "createdAt" from signing_keys order by created_at desc, kid',
    );
    this.#add = database.prepare(
      `insert into signing_keys (kid, sealed, created_at) select ?, ?, ?
       where (select kid from signing_keys order by created_at desc, kid limit 1) is ?`,
    );
    this.#destroy = database.prepare('delete from signing_keys where kid = ?');
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
