import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ServiceDatabase } from './service-database.js';

export const SCOPES = [
  'accounts',
  'passkeys',
  'sign-in',
  'step-up',
  'resets',
  'attest',
  'erase',
  'audit',
  'compliance',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Stands for every relying party; only development makes such a key. */
export const EVERY_RELYING_PARTY = '*';

export interface ApiKey {
  readonly keyId: string;
  readonly rp: string;
  readonly scopes: readonly Scope[];
  readonly label: string;
  readonly createdAt: number;
}

/** A running service refuses a revoked key, and accepts a new one that it has refused before, after so many milliseconds. */
const NOTICED_WITHIN = 1_000;

/** Callers' keys. A key has 256 random bits, so that a plain hash is enough to keep of it. */
export class ApiKeys {
  private readonly known = new LRUCache<string, { readonly key: ApiKey | undefined }>({
    max: 1_000,
    ttl: NOTICED_WITHIN,
  });
  private readonly byHash;
  private readonly byId;
  private readonly insert;

  constructor(private readonly database: ServiceDatabase) {
    this.byHash = database.prepare(
      'select key_id, rp, scopes, label, created_at from api_keys where hash = ? and revoked_at is null',
    );
    this.byId = database.prepare(
      'select key_id, rp, scopes, label, created_at from api_keys where key_id = ? and revoked_at is null',
    );
    this.insert = database.prepare(
      `insert into api_keys (hash, key_id, rp, scopes, label, created_at) values (?, ?, ?, ?, ?, ?)
       on conflict (hash) do update set scopes = excluded.scopes, rp = excluded.rp, revoked_at = null`,
    );
  }

  /** Makes a key and gives its secret, which is shown once. */
  create(
    rp: string,
    scopes: readonly Scope[],
    label: string,
    now: number,
  ): { secret: string; keyId: string } {
    const secret = `lk_${randomBytes(32).toString('base64url')}`;
    return { secret, keyId: this.accept(secret, rp, scopes, label, now) };
  }

  /** Lets a secret in that was made elsewhere. */
  accept(secret: string, rp: string, scopes: readonly Scope[], label: string, now: number): string {
    const keyId = hashOf(secret).slice(0, 12);
    this.insert.run(hashOf(secret), keyId, rp, scopes.join(' '), label, now);
    return keyId;
  }

  /** The key of that secret. Found by its hash, so that nothing about the secret can be timed. */
  find(secret: string): ApiKey | undefined {
    const hashed = hashOf(secret);
    const known = this.known.get(hashed);
    if (known !== undefined) return known.key;
    const row = this.byHash.get(hashed) as KeyRow | undefined;
    const key = row && apiKeyOf(row);
    this.known.set(hashed, { key });
    return key;
  }

  /** The key of that id as it is at this moment: a revoked one is none, with no second of grace. */
  current(keyId: string): ApiKey | undefined {
    const row = this.byId.get(keyId) as KeyRow | undefined;
    return row && apiKeyOf(row);
  }

  list(): readonly ApiKey[] {
    const rows = this.database
      .prepare(
        'select key_id, rp, scopes, label, created_at from api_keys where revoked_at is null order by created_at',
      )
      .all() as KeyRow[];
    return rows.map(apiKeyOf);
  }

  /** False where there is no such key. It is refused from the next second on, in running processes too. */
  revoke(keyId: string, now: number): boolean {
    const { changes } = this.database
      .prepare('update api_keys set revoked_at = ? where key_id = ? and revoked_at is null')
      .run(now, keyId);
    return changes > 0;
  }
}

interface KeyRow {
  readonly key_id: string;
  readonly rp: string;
  readonly scopes: string;
  readonly label: string;
  readonly created_at: number;
}

function apiKeyOf(row: KeyRow): ApiKey {
  return {
    keyId: row.key_id,
    rp: row.rp,
    scopes: SCOPES.filter((scope) => row.scopes.split(' ').includes(scope)),
    label: row.label,
    createdAt: row.created_at,
  };
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
