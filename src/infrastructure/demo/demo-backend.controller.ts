import { Controller, Get, HttpCode, Param, Post, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inLanguage } from '../../domain/texts/language.js';
import { ZodBody } from '../rest/body.js';
import { languageOf } from '../rest/language.js';
import { AccountIdPipe } from '../rest/parameters.js';
import { PageOrigin } from '../web/page-origin.js';
import { DemoUsers, passedOn } from './demo-users.js';
import { RefusalsFilter } from './refusals.filter.js';

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
 * Development only: the backend of a product, for the pages that show the products to a newcomer. It calls the service as any
 * backend does, by `@latchkey/client`. It exists on loopback alone and in no production.
 */
@ApiExcludeController()
@UseFilters(RefusalsFilter)
@Controller('dev/demo/:rp')
export class DemoBackendController {
  constructor(
    private readonly users: DemoUsers,
    private readonly origin: PageOrigin,
  ) {}

  /** What the product's sign-in page offers. */
  @Get()
  product(@Req() request: FastifyRequest, @Param('rp') rp: string): object {
    return { fallbacks: this.users.productOf(request, rp).signIn.fallbacks };
  }

  @Post('accounts')
  async enrol(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(demoAccount) account: z.infer<typeof demoAccount>,
  ): Promise<object> {
    const { accounts } = await this.users.backendOf(request, rp);
    // The user ID is one of the names to sign in by, next to the phone number and the email address.
    const identifiers = [account.accountId];
    const { accountId, position } = await accounts.putAccount({ ...account, identifiers }, passedOn(request));
    return { accountId, position };
  }

  /** What the product's own pages show to a user who is signed in. */
  @Get('accounts/:accountId')
  async home(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const policy = this.users.productOf(request, rp);
    const { accounts } = await this.users.backendOf(request, rp);
    const { after } = request.query as { after?: unknown };
    const query = { accountId, ...(typeof after === 'string' && { after }) };
    const { onboarding, passkeyCount } = await accounts.getAccount(query, passedOn(request));
    const language = languageOf(request);
    const entryPoints = policy.entryPoints.map(({ name, title, purposeText, complianceStep }) => ({
      name,
      title: inLanguage(title, language),
      purposeText: inLanguage(purposeText, language),
      ...(complianceStep && { complianceStep: onboarding?.completed === true ? 'done' : 'to-do' }),
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
    const { portal } = await this.users.backendOf(request, rp);
    const returnUrl = `${this.origin.url}/#${rp}`;
    return portal.createPortalLink({ accountId, entryPoint, returnUrl }, passedOn(request));
  }

  @Post('redeem')
  @HttpCode(200)
  async redeem(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(redeemBody) body: z.infer<typeof redeemBody>,
  ): Promise<object> {
    const { tokens } = await this.users.backendOf(request, rp);
    return tokens.redeemToken(body, passedOn(request));
  }
}
