import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PutAccountCommand } from '../../../application/commands/put-account.js';
import { RedeemTokenCommand } from '../../../application/commands/redeem-token.js';
import { StartSignInCommand } from '../../../application/commands/start-sign-in.js';
import { VerifySignInCommand } from '../../../application/commands/verify-sign-in.js';
import type { CommandContext } from '../../../application/accounts/context.js';
import { as } from '../../../domain/kernel/ids.js';
import type { RelyingParty } from '../../../domain/policy/relying-party.js';
import { RelyingParties } from '../../config/relying-parties.js';
import { Outbox } from '../../messaging/outbox.js';
import { mayBeOwnPage } from '../../web/own-page.js';
import { PageOrigin } from '../../web/page-origin.js';
import { PortalSessions } from '../../web/portal-sessions.js';
import { ZodBody } from '../body.js';
import { admit } from '../caller.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { toJson } from '../json.js';
import { Refused } from '../problem.js';
import { startSignInBody, verifySignInBody } from './sign-ins.controller.js';

const demoAccount = z.strictObject({
  accountId: z.string().min(1).max(128),
  displayName: z.string().max(64),
  email: z.string().max(254).exactOptional(),
  phone: z.string().max(32).exactOptional(),
});
const redeemBody = z.strictObject({
  token: z.string().max(4096),
  accountId: z.string().min(1).max(128),
  action: z.string().max(64),
  parameters: z.record(z.string(), z.unknown()),
});

/**
 * Development only: what a product's own backend would do, for the pages that show the products to a newcomer, and the
 * messages that would have been sent. It exists on loopback alone and in no production.
 */
@ApiExcludeController()
@Controller('dev')
export class DevelopmentController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly relyingParties: RelyingParties,
    private readonly sessions: PortalSessions,
    private readonly origin: PageOrigin,
    private readonly outbox: Outbox,
  ) {}

  @Get('outbox')
  messages(@Query('to') to: string | undefined): object {
    return toJson({ messages: this.outbox.list(to) }) as object;
  }

  @Post('demo/:rp/accounts')
  async enrol(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(demoAccount) { accountId, ...body }: z.infer<typeof demoAccount>,
  ): Promise<object> {
    const command = new PutAccountCommand(this.asBackend(request, rp), accountId, body, undefined);
    await this.dispatcher.execute(request, command);
    return { accountId, portalUrl: await this.portalUrl(rp, accountId) };
  }

  @Post('demo/:rp/sign-ins')
  startSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(startSignInBody) body: z.infer<typeof startSignInBody>,
  ): Promise<object> {
    const context = this.asBackend(request, rp);
    return this.dispatcher.start(request, new StartSignInCommand(context, body));
  }

  @Post('demo/:rp/sign-ins/:ceremonyId/verify')
  @HttpCode(200)
  async verifySignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(verifySignInBody) { credential }: z.infer<typeof verifySignInBody>,
  ): Promise<object> {
    const command = new VerifySignInCommand(this.asBackend(request, rp), ceremonyId, credential);
    const signedIn = await this.dispatcher.execute(request, command);
    return { ...signedIn, portalUrl: await this.portalUrl(rp, signedIn.accountId) };
  }

  @Post('demo/:rp/redeem')
  @HttpCode(200)
  redeem(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(redeemBody) body: z.infer<typeof redeemBody>,
  ): Promise<object> {
    return this.dispatcher.execute(request, new RedeemTokenCommand(this.asBackend(request, rp), body));
  }

  /** The demo backend calls as any backend would; it holds no word that could stand for a proof. */
  private asBackend(request: FastifyRequest, rp: string): CommandContext {
    // Our own page alone may speak to it: another site's page in the same browser may not.
    if (!mayBeOwnPage(request)) throw new Refused('request-foreign');
    const policy = this.policyOf(rp);
    const caller = { kind: 'backend', id: 'demo', scopes: ['accounts', 'sign-in', 'step-up'] } as const;
    admit(request, { caller, policy, correlationId: randomUUID() });
    return commandContext(request);
  }

  private async portalUrl(rp: string, accountId: string): Promise<string> {
    const entryPoint = this.policyOf(rp).entryPoints.find(({ name }) => name === 'security-center');
    const { secret } = await this.sessions.link({
      rp,
      accountId,
      entryPoint: entryPoint?.name ?? this.policyOf(rp).entryPoints[0]?.name ?? '',
      returnUrl: `${this.origin.url}/`,
    });
    return `${this.origin.url}/security-center#${secret}`;
  }

  private policyOf(rp: string): RelyingParty {
    const policy = this.relyingParties.find(as(rp));
    if (policy === undefined) throw new Refused('relying-party-not-found');
    return policy;
  }
}
