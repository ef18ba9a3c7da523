import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { Sealer } from '../keys/sealer.js';
import { mayBeOwnPage } from './own-page.js';

/** What a link opens: one account's page, for a purpose, with a way back. */
export interface PortalVisit {
  readonly rp: string;
  readonly accountId: string;
  readonly entryPoint: string;
  readonly returnUrl: string;
}

export interface PortalSession extends PortalVisit {
  /** Names the session where its cookie must not stand. */
  readonly sessionId: string;
}

/** `__Host-` binds it to this very host, over TLS or on localhost, for every path (RFC 6265bis §4.1.3.2). */
export const COOKIE = '__Host-latchkey';

const LINK_LIFETIME = MINUTE;
const SESSION_LIFETIME = 15 * MINUTE;

/**
 * The hosted page's way in: a link that opens once within a minute, exchanged for a session of a quarter of an hour.
 * Of both secrets only hashes are kept, and what they open is sealed.
 */
export class PortalSessions {
  constructor(
    private readonly ephemeral: EphemeralStore,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  async link(visit: PortalVisit): Promise<{ secret: string; expiresAt: Instant }> {
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = this.clock.now() + LINK_LIFETIME;
    await this.put(`portal-link|${hashOf(secret)}`, visit, expiresAt);
    return { secret, expiresAt };
  }

  /** Undefined where the link was used before or is too old. */
  async exchange(secret: string): Promise<{ cookie: string; session: PortalSession } | undefined> {
    const name = `portal-link|${hashOf(secret)}`;
    const visit = await this.get(name);
    if (visit === undefined) return undefined;
    const cookie = randomBytes(32).toString('base64url');
    const expiresAt = this.clock.now() + SESSION_LIFETIME;
    const first = await this.ephemeral.take(
      `${name}|taken`,
      hashOf(cookie),
      this.clock.now() + LINK_LIFETIME,
    );
    if (!first) return undefined;
    await this.put(`portal-session|${hashOf(cookie)}`, visit, expiresAt);
    return { cookie, session: { ...visit, sessionId: hashOf(cookie).slice(0, 16) } };
  }

  /** The session of a request by our own page. */
  async of(request: FastifyRequest): Promise<PortalSession | undefined> {
    if (!mayBeOwnPage(request)) return undefined;
    const cookie = cookieOf(request);
    if (cookie === undefined) return undefined;
    const visit = await this.get(`portal-session|${hashOf(cookie)}`);
    return visit && { ...visit, sessionId: hashOf(cookie).slice(0, 16) };
  }

  async end(request: FastifyRequest): Promise<void> {
    const cookie = cookieOf(request);
    if (cookie !== undefined) await this.ephemeral.delete(`portal-session|${hashOf(cookie)}`);
  }

  private put(name: string, visit: PortalVisit, expiresAt: Instant): Promise<void> {
    return this.ephemeral.put(name, this.sealer.seal(name, Buffer.from(JSON.stringify(visit))), expiresAt);
  }

  private async get(name: string): Promise<PortalVisit | undefined> {
    const sealed = await this.ephemeral.get(name);
    return sealed && (JSON.parse(Buffer.from(this.sealer.open(name, sealed)).toString()) as PortalVisit);
  }
}

function cookieOf(request: FastifyRequest): string | undefined {
  const pairs = request.headers.cookie?.split(';') ?? [];
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
