import { hash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import { openJson, sealJson } from '../../application/sealed-json.js';
import type { Instant } from '../../domain/kernel/time.js';
import { HOUR } from '../../domain/kernel/time.js';
import type { Sealer } from '../keys/sealer.js';
import type { ApiKey, ApiKeys } from '../service/api-keys.js';
import { cookieNamed } from './cookies.js';
import { mayBeOwnPage } from './own-page.js';
import type { PageOrigin } from './page-origin.js';

/** `__Host-` binds it to this very host, over TLS or on localhost, for every path (RFC 6265bis §4.1.3.2). */
export const CONSOLE_COOKIE = '__Host-latchkey-console';

const SESSION_LIFETIME = HOUR;

export interface ConsoleSession {
  /** The key as it is now: revoked, it opens nothing any more. */
  readonly key: ApiKey;
  readonly expiresAt: Instant;
}

interface Kept {
  readonly keyId: string;
  readonly expiresAt: Instant;
}

/**
 * The console's way in: a key that was shown once is stood for by a cookie of an hour. Of the cookie a hash is kept, and of
 * the key its id, by which it is looked up anew with each request.
 */
export class ConsoleSessions {
  constructor(
    private readonly ephemeral: EphemeralStore,
    private readonly sealer: Sealer,
    private readonly keys: ApiKeys,
    private readonly origin: PageOrigin,
    private readonly clock: Clock,
  ) {}

  /** The key of that secret, where it counts at this moment. */
  async keyOf(secret: string): Promise<ApiKey | undefined> {
    const key = await this.keys.find(secret);
    return key && this.keys.current(key.keyId);
  }

  /** The value of the cookie, which is told to nobody else. */
  async open({ keyId }: ApiKey): Promise<{ readonly cookie: string; readonly expiresAt: Instant }> {
    const cookie = randomBytes(32).toString('base64url');
    const expiresAt = this.clock.now() + SESSION_LIFETIME;
    const name = nameOf(cookie);
    await this.ephemeral.put(
      name,
      sealJson(this.sealer, name, { keyId, expiresAt } satisfies Kept),
      expiresAt,
    );
    return { cookie, expiresAt };
  }

  /** The session of a request by our own page, as long as its key counts. */
  async of(request: FastifyRequest): Promise<ConsoleSession | undefined> {
    const cookie = this.isOwn(request) ? cookieNamed(request, CONSOLE_COOKIE) : undefined;
    if (cookie === undefined) return undefined;
    const name = nameOf(cookie);
    const sealed = await this.ephemeral.get(name);
    if (sealed === undefined) return undefined;
    const { expiresAt, keyId } = openJson(this.sealer, name, sealed) as Kept;
    const key = await this.keys.current(keyId);
    return key && { key, expiresAt };
  }

  async end(request: FastifyRequest): Promise<void> {
    const cookie = cookieNamed(request, CONSOLE_COOKIE);
    if (cookie !== undefined) await this.ephemeral.delete(nameOf(cookie));
  }

  /**
   * Whether a request may come from our own page: by what a browser says of its site, and by its origin, which is that of our
   * pages or the one that the request was sent to (a developer's 127.0.0.1).
   */
  isOwn(request: FastifyRequest): boolean {
    const { host, origin } = request.headers;
    if (!mayBeOwnPage(request)) return false;
    return origin === undefined || origin === new URL(this.origin.url).origin || isOf(origin, host);
  }
}

function isOf(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function nameOf(cookie: string): string {
  return `console-session|${hash('sha256', cookie, 'base64url')}`;
}
