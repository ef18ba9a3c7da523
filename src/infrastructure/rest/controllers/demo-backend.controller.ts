import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PutAccountCommand } from '../../../application/commands/put-account.js';
import { RedeemTokenCommand } from '../../../application/commands/redeem-token.js';
import { GetAccountQuery } from '../../../application/queries/get-account.js';
import { inLanguage } from '../../../domain/texts/language.js';
import { PageOrigin } from '../../web/page-origin.js';
import { PortalSessions } from '../../web/portal-sessions.js';
import { ZodBody } from '../body.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { AccountIdPipe } from '../parameters.js';
import { Refused } from '../problem.js';
import { DemoUsers } from './demo-users.js';

const demoAccount = z.strictObject({
  accountId: z.string().min(1).max(128),
  displayName: z.string().max(64),
  email: z.string().max(254).exactOptional(),
  phone: z.string().max(32).exactOptional(),
  totp: z.strictObject({ secret: z.string().max(256) }).exactOptional(),
});
const linkBody = z.strictObject({ entryPoint: z.string().min(1).max(64) });
const redeemBody = z.strictObject({
  token: z.string().max(4096),
  accountId: z.string().min(1).max(128),
  action: z.string().max(64),
  parameters: z.record(z.string(), z.unknown()),
});

/**
 * Development only: what a product's own backend would do, for the pages that show the products to a newcomer. It exists
 * on loopback alone and in no production.
 */
@ApiExcludeController()
@Controller('dev/demo/:rp')
export class DemoBackendController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly users: DemoUsers,
    private readonly sessions: PortalSessions,
    private readonly origin: PageOrigin,
  ) {}

  /** What the product's sign-in page offers. */
  @Get()
  product(@Req() request: FastifyRequest, @Param('rp') rp: string): object {
    return { fallbacks: this.users.actAsBackend(request, rp).signIn.fallbacks };
  }

  @Post('accounts')
  async enrol(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(demoAccount) { accountId, ...body }: z.infer<typeof demoAccount>,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
    // The user ID is one of the names to sign in by, next to the phone number and the email address.
    const account = { ...body, identifiers: [accountId] };
    const command = new PutAccountCommand(commandContext(request), accountId, account, undefined);
    const { position } = await this.dispatcher.execute(request, command);
    return { accountId, position };
  }

  /** What the product's own pages show to a user who is signed in. */
  @Get('accounts/:accountId')
  async home(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const policy = this.users.actAsBackend(request, rp);
    const query = new GetAccountQuery(policy, accountId, this.dispatcher.after(request));
    const { onboarding, passkeyCount } = await this.dispatcher.ask(query);
    const language = languageOf(request);
    const entryPoints = policy.entryPoints.map(({ name, title, purposeText, complianceStep }) => ({
      name,
      title: inLanguage(title, language),
      purposeText: inLanguage(purposeText, language),
      ...(complianceStep && { complianceStep: onboarding.completed ? 'done' : 'to-do' }),
    }));
    return { accountId, passkeyCount, entryPoints };
  }

  @Post('accounts/:accountId/portal-links')
  async link(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(linkBody) { entryPoint }: z.infer<typeof linkBody>,
  ): Promise<object> {
    const policy = this.users.actAsBackend(request, rp);
    if (!policy.entryPoints.some(({ name }) => name === entryPoint)) {
      const errors = [{ pointer: '/entryPoint', detail: 'is not an entry point of this product' }];
      throw new Refused('request-invalid', { errors });
    }
    const returnUrl = `${this.origin.url}/#${policy.slug}`;
    const made = await this.sessions.link({ rp: policy.slug, accountId, entryPoint, returnUrl });
    if (made === undefined) throw new Refused('account-not-found');
    return {
      url: `${this.origin.url}/security-center#${made.secret}`,
      expiresAt: new Date(made.expiresAt).toISOString(),
    };
  }

  @Post('redeem')
  @HttpCode(200)
  redeem(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(redeemBody) body: z.infer<typeof redeemBody>,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
    return this.dispatcher.execute(request, new RedeemTokenCommand(commandContext(request), body));
  }
}
