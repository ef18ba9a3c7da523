import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Instant } from '../../domain/kernel/time.js';

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
  readonly createdAt: Instant;
}

/** As it is kept: its scopes in words with a blank between them. */
export interface StoredApiKey extends Omit<ApiKey, 'scopes'> {
  readonly scopes: string;
}

/** Keys by the hash of their secret. One that was revoked is found by nothing. */
export interface ApiKeyStore {
  findByHash(hash: string): Promise<StoredApiKey | undefined>;
  findById(keyId: string): Promise<StoredApiKey | undefined>;
  /** The oldest first. */
  list(): Promise<readonly StoredApiKey[]>;
  /** Adds a key; one that is there gets these scopes and this relying party, and counts again if it was revoked. */
  accept(hash: string, key: StoredApiKey): Promise<void>;
  revoke(keyId: string, at: Instant): Promise<void>;
}

/** A running service refuses a revoked key, and accepts a new one that it has refused before, after so many milliseconds. */
const NOTICED_WITHIN = 1_000;

/** Callers' keys. A key has 256 random bits, so that a plain hash is enough to keep of it. */
export class ApiKeys {
  /** Their age counts from when they were asked for: what a slow store answers is as old as the question. */
  private readonly known = new LRUCache<string, Promise<ApiKey | undefined>>({
    max: 1_000,
    ttl: NOTICED_WITHIN,
  });

  constructor(private readonly store: ApiKeyStore) {}

  /** Makes a key and gives its secret, which is shown once. */
  async create(
    rp: string,
    scopes: readonly Scope[],
    label: string,
    now: Instant,
  ): Promise<{ secret: string; keyId: string }> {
    const secret = `lk_${randomBytes(32).toString('base64url')}`;
    return { secret, keyId: await this.accept(secret, rp, scopes, label, now) };
  }

  /** Lets a secret in that was made elsewhere. */
  async accept(
    secret: string,
    rp: string,
    scopes: readonly Scope[],
    label: string,
    now: Instant,
  ): Promise<string> {
    const hashed = hashOf(secret);
    const keyId = hashed.slice(0, 12);
    await this.store.accept(hashed, { keyId, rp, scopes: scopes.join(' '), label, createdAt: now });
    return keyId;
  }

  /** The key of that secret. Found by its hash, so that nothing about the secret can be timed. */
  find(secret: string): Promise<ApiKey | undefined> {
    const hashed = hashOf(secret);
    const known = this.known.get(hashed);
    if (known !== undefined) return known;
    const found = this.store.findByHash(hashed).then(apiKeyOf);
    this.known.set(hashed, found);
    // What the store could not answer is asked again.
    found.catch(() => this.known.delete(hashed));
    return found;
  }

  /** The key of that id as it is at this moment: a revoked one is none, with no second of grace. */
  async current(keyId: string): Promise<ApiKey | undefined> {
    return apiKeyOf(await this.store.findById(keyId));
  }

  async list(): Promise<readonly ApiKey[]> {
    return (await this.store.list()).flatMap((stored) => apiKeyOf(stored) ?? []);
  }

  /** False where there is no such key. It is refused from the next second on, in running processes too. */
  async revoke(keyId: string, now: Instant): Promise<boolean> {
    if ((await this.store.findById(keyId)) === undefined) return false;
    await this.store.revoke(keyId, now);
    return true;
  }
}

function apiKeyOf(stored: StoredApiKey | undefined): ApiKey | undefined {
  if (stored === undefined) return undefined;
  const { createdAt, keyId, label, rp } = stored;
  const scopes = stored.scopes.split(' ');
  return { keyId, rp, scopes: SCOPES.filter((scope) => scopes.includes(scope)), label, createdAt };
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
