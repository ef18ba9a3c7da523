import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { KnownAccounts } from '../../application/accounts/known-accounts.js';
import type { SignInBehind } from '../../application/accounts/sign-in-factor.js';
import type { Clock } from '../../application/ports/clock.js';
import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type { Keyring } from '../../application/ports/keyring.js';
import type { Factor } from '../../domain/account/events.js';
import type { PageSession } from '../../domain/account/rules/page-sessions.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import {
  pageAfterConfirming,
  pageAfterRemoving,
  pageSessionCounts,
} from '../../domain/account/rules/page-sessions.js';
import type { PasskeyId, RelyingPartySlug, ResetId, SubjectId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import { openJson, sealJson } from '../../application/sealed-json.js';
import type { Sealer } from '../keys/sealer.js';
import { cookieNamed } from './cookies.js';
import { mayBeOwnPage } from './own-page.js';

/** What a link opens: one account's page, for a purpose, with a way back. */
export interface PortalVisit {
  readonly rp: RelyingPartySlug;
  readonly accountId: string;
  readonly entryPoint: string;
  readonly returnUrl: string;
}

export interface PortalSession extends PortalVisit {
  /** Names the session where its cookie must not stand. */
  readonly sessionId: string;
  /** The factor that proved the sign-in from which it was opened; null for a passkey, or where nobody said. */
  readonly signInFactor: Factor | null;
}

interface Kept extends PortalVisit {
  readonly subject: SubjectId;
  /** What the account ends later on is ended by this. */
  readonly page: PageSession;
  readonly expiresAt: Instant;
}

interface Whose {
  readonly subject: SubjectId;
  readonly sealed: string;
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
    private readonly keyring: Keyring,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly accounts: KnownAccounts,
  ) {}

  /** Undefined where there is no such account. */
  async link(
    visit: PortalVisit,
    signIn?: SignInBehind,
  ): Promise<{ secret: string; expiresAt: Instant } | undefined> {
    const subject = await this.accounts.subjectOf(visit.rp, visit.accountId);
    const account = subject && (await this.accounts.bySubject(visit.rp, subject));
    if (subject === undefined || account === undefined) return undefined;
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = this.clock.now() + LINK_LIFETIME;
    await this.put(`portal-link|${hashOf(secret)}`, {
      ...visit,
      subject,
      page: {
        epoch: account.pages.epoch,
        resetId: null,
        provenBy: signIn === undefined ? null : (signIn.factor ?? 'passkey'),
        passkeyId: signIn?.passkeyId ?? null,
        securityEpoch: signIn?.securityEpoch ?? account.securityEpoch,
      },
      expiresAt,
    });
    return { secret, expiresAt };
  }

  /** Undefined where the link was used before, is too old, or was made before everything was reset. */
  async exchange(secret: string): Promise<{ cookie: string; session: PortalSession } | undefined> {
    const name = `portal-link|${hashOf(secret)}`;
    const visit = await this.visit(name);
    if (visit === undefined) return undefined;
    const cookie = randomBytes(32).toString('base64url');
    const expiresAt = this.clock.now() + SESSION_LIFETIME;
    const first = await this.ephemeral.take(
      `${name}|taken`,
      hashOf(cookie),
      this.clock.now() + LINK_LIFETIME,
    );
    if (!first) return undefined;
    await this.put(`portal-session|${hashOf(cookie)}`, { ...visit, expiresAt });
    return { cookie, session: sessionOf(visit, cookie) };
  }

  /** The session of a request by our own page. */
  async of(request: FastifyRequest): Promise<PortalSession | undefined> {
    if (!mayBeOwnPage(request)) return undefined;
    const cookie = cookieNamed(request, COOKIE);
    if (cookie === undefined) return undefined;
    const visit = await this.visit(`portal-session|${hashOf(cookie)}`);
    return visit && sessionOf(visit, cookie);
  }

  /** Lets the session of a request outlive the reset that it asked for. */
  outlive(request: FastifyRequest, resetId: ResetId): Promise<void> {
    return this.amend(request, (account, page) =>
      pageSessionCounts(account, page) ? { ...page, resetId } : undefined,
    );
  }

  /** Lets the session of a request outlive the change of a factor that was confirmed in it. */
  outliveChange(request: FastifyRequest, securityEpoch: number): Promise<void> {
    return this.amend(request, (account, page) => pageAfterConfirming(account, page, securityEpoch));
  }

  /** Lets the session of a request outlive the passkey that was removed in it. */
  outliveRemoval(request: FastifyRequest, passkeyId: PasskeyId): Promise<void> {
    return this.amend(request, (account, page) => pageAfterRemoving(account, page, passkeyId));
  }

  private async amend(
    request: FastifyRequest,
    change: (account: EnrolledAccount, page: PageSession) => PageSession | undefined,
  ): Promise<void> {
    const cookie = cookieNamed(request, COOKIE);
    if (cookie === undefined) return;
    const name = `portal-session|${hashOf(cookie)}`;
    const kept = await this.kept(name);
    if (kept === undefined) return;
    const account = await this.accounts.bySubject(kept.rp, kept.subject);
    const page = account && change(account, kept.page);
    if (page !== undefined) await this.put(name, { ...kept, page });
  }

  async end(request: FastifyRequest): Promise<void> {
    const cookie = cookieNamed(request, COOKIE);
    if (cookie !== undefined) await this.ephemeral.delete(`portal-session|${hashOf(cookie)}`);
  }

  /** Sealed under the account's own key, of which the key of all sessions says whose it is. */
  private async put(name: string, kept: Kept): Promise<void> {
    const { expiresAt, subject } = kept;
    const key = await this.keyring.find(subject);
    if (key === undefined) return;
    const sealed = Buffer.from(sealJson(key, name, kept)).toString('base64url');
    await this.ephemeral.put(
      name,
      sealJson(this.sealer, name, { subject, sealed } satisfies Whose),
      expiresAt,
    );
  }

  /** What is kept under the name, where the account has not ended it since, nor come to its own end. */
  private async visit(name: string): Promise<Kept | undefined> {
    const kept = await this.kept(name);
    if (kept === undefined) return undefined;
    const account = await this.accounts.bySubject(kept.rp, kept.subject);
    return account !== undefined && pageSessionCounts(account, kept.page) ? kept : undefined;
  }

  private async kept(name: string): Promise<Kept | undefined> {
    const bytes = await this.ephemeral.get(name);
    if (bytes === undefined) return undefined;
    const { sealed, subject } = openJson(this.sealer, name, bytes) as Whose;
    const key = this.keyring.cached(subject) ?? (await this.keyring.find(subject));
    if (key === undefined) return undefined;
    const read = openJson(key, name, Buffer.from(sealed, 'base64url')) as Kept;
    // Those of a release before know of no passkey.
    return {
      ...read,
      page: { ...read.page, passkeyId: (read.page as Partial<PageSession>).passkeyId ?? null },
    };
  }
}

function sessionOf(visit: Kept, cookie: string): PortalSession {
  const { provenBy } = visit.page;
  const signInFactor = provenBy === 'passkey' ? null : provenBy;
  return { ...visit, sessionId: hashOf(cookie).slice(0, 16), signInFactor };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
