import { LRUCache } from 'lru-cache';
import type { Keyring } from '../../application/ports/keyring.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Duration } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { Layout } from '../postgres/migrations.js';
import { openStore } from '../postgres/open-store.js';
import type { PostgresDatabase, PostgresOptions } from '../postgres/postgres-database.js';
import type { KeyMaterial } from './key-material.js';
import { KeyWrapping } from './key-wrapping.js';
import { KeyDestroyed, MasterKeyChangedMeanwhile, WrongMasterKey } from './keyring-errors.js';
import type { MasterKey } from './master-key.js';
import type { Sealer } from './sealer.js';
import type { WrappedKey } from './wrapped-key.js';

/**
 * The row of a destroyed key stays, without the key: that is what keeps its subject from getting another. What is called a check is the
 * root key, sealed under the master key.
 */
const LAYOUT: Layout = {
  schema: 'keys',
  migrations: [
    `create table keys.account_keys (
       subject      text collate "C" primary key,
       wrapped      bytea,
       destroyed_at timestamptz,
       check ((wrapped is null) <> (destroyed_at is null))
     );
     create table keys.master_key_check (sealed bytea not null);
     create unique index only_one on keys.master_key_check ((true))`,
  ],
};

const FIND = { name: 'find key', text: 'select wrapped from keys.account_keys where subject = $1' };
const INSERT = {
  name: 'insert key',
  text: 'insert into keys.account_keys (subject, wrapped) values ($1, $2) on conflict do nothing',
};
const DESTROY = {
  text: `insert into keys.account_keys (subject, destroyed_at) values ($1, now()) on conflict (subject)
    do update set wrapped = null, destroyed_at = excluded.destroyed_at
    where account_keys.destroyed_at is null`,
};
const IS_DESTROYED = { text: 'select from keys.account_keys where subject = $1 and wrapped is null' };
const PAGE = 1_000;
const AFTER = {
  text: `select subject, wrapped, round(extract(epoch from destroyed_at) * 1000) as "destroyedAt"
    from keys.account_keys where subject > $1 order by subject limit ${PAGE}`,
};
/** What is destroyed in either place is destroyed. */
const TAKE = {
  text: `insert into keys.account_keys (subject, wrapped, destroyed_at)
    select * from unnest($1::text[], $2::bytea[], $3::timestamptz[]) on conflict (subject)
    do update set wrapped = null, destroyed_at = excluded.destroyed_at
    where excluded.wrapped is null and account_keys.destroyed_at is null`,
};
const CLAIM = {
  text: `insert into keys.master_key_check (sealed)
    select $1 where not exists (select from keys.account_keys) on conflict do nothing`,
};
const ROOT_KEY = { text: 'select sealed from keys.master_key_check' };
const REPLACE_ROOT_KEY = { text: 'update keys.master_key_check set sealed = $1 where sealed = $2' };

export interface PostgresKeyringOptions extends PostgresOptions {
  /** How many unwrapped keys are kept at hand. */
  readonly cachedKeys?: number;
  /** A cached key is read again after so long, which is when one that another process destroyed is forgotten. */
  readonly cacheLifetime?: Duration;
  /** The root key that an empty store gets, sealed under the master key; by default a new one. */
  readonly sealedRootKey?: Uint8Array;
}

/**
 * The accounts' keys in a schema of their own, which may lie in a database of its own. They are wrapped under the root key,
 * which lies beside them under the master key, which no server and no backup has: the bytes of a destroyed key stay in the server's files
 * until it writes over them, and open nothing without it.
 */
export class PostgresKeyring implements Keyring {
  /** Of the root key: what everything that is kept sealed or hashed derives from. */
  readonly keys: KeyMaterial;
  readonly #database: PostgresDatabase;
  readonly #wrapping: KeyWrapping;
  #sealedRootKey: Uint8Array;
  readonly #cache: LRUCache<SubjectId, Sealer>;
  /** Goes up with every destruction: what was read before one is not kept. */
  #destructions = 0;

  private constructor(
    database: PostgresDatabase,
    keys: KeyMaterial,
    sealedRootKey: Uint8Array,
    { cachedKeys = 10_000, cacheLifetime = MINUTE }: PostgresKeyringOptions,
  ) {
    this.#database = database;
    this.keys = keys;
    this.#sealedRootKey = sealedRootKey;
    this.#wrapping = new KeyWrapping(keys);
    this.#cache = new LRUCache({ max: cachedKeys, ttl: cacheLifetime });
  }

  /** @throws WrongMasterKey where another one opens the store */
  static async open(options: PostgresKeyringOptions, master: MasterKey): Promise<PostgresKeyring> {
    const database = await openStore(options, LAYOUT);
    try {
      await database.repeatable(CLAIM, [options.sealedRootKey ?? master.createRootKey()]);
      const sealed = await sealedRootKeyIn(database);
      const place = 'in the PostgreSQL schema keys';
      if (sealed === undefined) throw new WrongMasterKey(place);
      return new PostgresKeyring(database, master.open(sealed, place), sealed, options);
    } catch (failure) {
      await database.close();
      throw failure;
    }
  }

  /** As the store holds it. */
  get sealedRootKey(): Uint8Array {
    return this.#sealedRootKey;
  }

  /** @throws KeyDestroyed */
  async obtain(subject: SubjectId): Promise<Sealer> {
    const known = await this.find(subject);
    if (known !== undefined) return known;
    await this.#database.repeatable(INSERT, [subject, this.#wrapping.create(subject)]);
    // Read back, for another process may have made this key first, or destroyed it.
    const made = await this.find(subject);
    if (made === undefined) throw new KeyDestroyed(subject);
    return made;
  }

  async find(subject: SubjectId): Promise<Sealer | undefined> {
    const cached = this.cached(subject);
    if (cached !== undefined) return cached;
    const destructions = this.#destructions;
    const [row] = await this.#database.repeatable<{ wrapped: Uint8Array | null }>(FIND, [subject]);
    if (!row?.wrapped) return undefined;
    const key = this.#wrapping.unwrap(subject, row.wrapped);
    if (destructions === this.#destructions) this.#cache.set(subject, key);
    return key;
  }

  cached(subject: SubjectId): Sealer | undefined {
    return this.#cache.get(subject);
  }

  async isDestroyed(subject: SubjectId): Promise<boolean> {
    return (await this.#database.repeatable(IS_DESTROYED, [subject])).length > 0;
  }

  async destroy(subject: SubjectId): Promise<void> {
    this.#forget(subject);
    await this.#database.repeatable(DESTROY, [subject]);
    this.#forget(subject);
  }

  /**
   * From now on this one opens the store, and the former one does not; keyrings that are open go on. Nothing else changes.
   * @returns false where it did so already
   * @throws MasterKeyChangedMeanwhile
   */
  async changeMasterKey(to: MasterKey): Promise<boolean> {
    if (to.opens(this.#sealedRootKey)) return false;
    const sealed = to.seal(this.keys);
    await this.#database.repeatable(REPLACE_ROOT_KEY, [sealed, this.#sealedRootKey]);
    // Read back, for a repetition finds nothing to replace where the first try got through.
    const there = await sealedRootKeyIn(this.#database);
    if (there === undefined || Buffer.compare(there, sealed) !== 0) throw new MasterKeyChangedMeanwhile();
    this.#sealedRootKey = sealed;
    return true;
  }

  /** All of them as they are kept, by the bytes of their subjects. */
  async *wrapped(): AsyncGenerator<WrappedKey, void, undefined> {
    let page: readonly WrappedKey[];
    let last = '';
    do {
      page = await this.#database.repeatable<WrappedKey>(AFTER, [last]);
      yield* page;
      last = page.at(-1)?.subject ?? last;
    } while (page.length === PAGE);
  }

  /** Keeps keys that were made elsewhere, at most a thousand. A subject that has one keeps it, unless it is to be destroyed. */
  async take(keys: readonly WrappedKey[]): Promise<void> {
    await this.#database.repeatable(TAKE, [
      keys.map(({ subject }) => subject),
      keys.map(({ wrapped }) => wrapped && Buffer.from(wrapped)),
      keys.map(({ destroyedAt }) => (destroyedAt === null ? null : new Date(destroyedAt))),
    ]);
    for (const { destroyedAt, subject } of keys) if (destroyedAt !== null) this.#forget(subject);
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #forget(subject: SubjectId): void {
    this.#destructions += 1;
    this.#cache.delete(subject);
  }
}

async function sealedRootKeyIn(database: PostgresDatabase): Promise<Uint8Array | undefined> {
  return (await database.repeatable<{ sealed: Uint8Array }>(ROOT_KEY))[0]?.sealed;
}
