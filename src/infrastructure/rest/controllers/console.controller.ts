import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Rate, RateLimits } from '../../../application/ports/rate-limits.js';
import { RATE_LIMITS } from '../../../application/ports/rate-limits.js';
import { MINUTE } from '../../../domain/kernel/time.js';
import { RelyingParties } from '../../config/relying-parties.js';
import type { Scope } from '../../service/api-keys.js';
import { EVERY_RELYING_PARTY } from '../../service/api-keys.js';
import type { ConsoleSession } from '../../web/console-sessions.js';
import { CONSOLE_COOKIE, ConsoleSessions } from '../../web/console-sessions.js';
import { HOST_COOKIE } from '../../web/cookies.js';
import { ZodBody } from '../body.js';
import { Refused } from '../problem.js';

const openBody = z.strictObject({ key: z.string().min(1).max(256) });

/** What the console is for; a key needs one of them. */
const SCOPES: readonly Scope[] = ['audit', 'compliance'];

/**
 * Of one address. A right key is let in however many wrong ones came before it: nobody guesses 256 random bits, and nobody is
 * to keep an auditor out from behind the same proxy.
 */
const WRONG_KEYS: Rate = { name: 'console-key-address', times: 20, per: 10 * MINUTE };

const IN_ADDRESS = { errors: [{ pointer: '', detail: 'takes nothing in its address' }] };

/** Sessions of the console. What it shows it asks of the API, under the session and the scopes of its key. */
@ApiExcludeController()
@Controller('console/sessions')
export class ConsoleController {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly relyingParties: RelyingParties,
    @Inject(RATE_LIMITS) private readonly limits: RateLimits,
  ) {}

  @Post()
  @HttpCode(201)
  async open(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @ZodBody(openBody) { key: secret }: z.infer<typeof openBody>,
  ): Promise<object> {
    // An address is logged, kept in histories and sent on: a key has no place in one.
    if (Object.keys(request.query as object).length > 0) throw new Refused('request-invalid', IN_ADDRESS);
    // Another site could otherwise put its own visitor into a session of its choosing.
    if (!this.sessions.isOwn(request)) throw new Refused('request-foreign');
    const key = await this.sessions.keyOf(secret);
    if (key === undefined) throw await this.wrongKey(request);
    if (!SCOPES.some((scope) => key.scopes.includes(scope))) {
      throw new Refused('scope-missing', { scope: SCOPES.join(' or ') });
    }
    await this.sessions.end(request);
    const { cookie, expiresAt } = await this.sessions.open(key);
    reply.header('set-cookie', `${CONSOLE_COOKIE}=${cookie}; ${HOST_COOKIE}`);
    return this.describe({ key, expiresAt });
  }

  @Get('current')
  async current(@Req() request: FastifyRequest): Promise<object> {
    return this.describe(await this.sessionOf(request));
  }

  @Delete('current')
  @HttpCode(204)
  async close(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessionOf(request);
    await this.sessions.end(request);
    reply.header('set-cookie', `${CONSOLE_COOKIE}=; ${HOST_COOKIE}; Max-Age=0`);
  }

  private async wrongKey(request: FastifyRequest): Promise<Refused> {
    const until = await this.limits.spend(WRONG_KEYS, request.ip);
    return until === null ? new Refused('api-key-invalid') : new Refused('too-many-requests', { until });
  }

  private async sessionOf(request: FastifyRequest): Promise<ConsoleSession> {
    const session = await this.sessions.of(request);
    if (session === undefined) throw new Refused('session-missing');
    return session;
  }

  /** The key by its id and its label: the secret is shown to nobody again. */
  private describe({ expiresAt, key }: ConsoleSession): object {
    const { keyId, label, rp, scopes } = key;
    const products = this.relyingParties
      .all()
      .filter(({ slug }) => rp === EVERY_RELYING_PARTY || slug === rp)
      .map(({ name, slug, timeZone }) => ({ rp: slug, name, timeZone }));
    return { keyId, label, scopes, products, expiresAt: new Date(expiresAt).toISOString() };
  }
}
