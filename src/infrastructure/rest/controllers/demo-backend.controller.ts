import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CollectSignInCommand } from '../../../application/commands/collect-sign-in.js';
import { AttestSecurityCheckCommand } from '../../../application/commands/attest-security-check.js';
import { PutAccountCommand } from '../../../application/commands/put-account.js';
import { RedeemTokenCommand } from '../../../application/commands/redeem-token.js';
import { StartFallbackCommand } from '../../../application/commands/start-fallback.js';
import { StartSignInCommand } from '../../../application/commands/start-sign-in.js';
import { VerifyFallbackCommand } from '../../../application/commands/verify-fallback.js';
import { VerifySignInCommand } from '../../../application/commands/verify-sign-in.js';
import { DiagnoseFailureQuery } from '../../../application/queries/diagnose-failure.js';
import { GetAccountQuery } from '../../../application/queries/get-account.js';
import { as } from '../../../domain/kernel/ids.js';
import type { RelyingParty } from '../../../domain/policy/relying-party.js';
import { inLanguage } from '../../../domain/texts/language.js';
import { RelyingParties } from '../../config/relying-parties.js';
import { mayBeOwnPage } from '../../web/own-page.js';
import { PageOrigin } from '../../web/page-origin.js';
import { PortalSessions } from '../../web/portal-sessions.js';
import { ZodBody } from '../body.js';
import { admit } from '../caller.js';
import { approvalSecretOf, commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { AccountIdPipe } from '../parameters.js';
import { Refused } from '../problem.js';
import { NO_DEVICE } from '../schemas.js';
import { failureBody } from './diagnoses.controller.js';
import {
  startFallbackBody,
  startSignInBody,
  verifyFallbackBody,
  verifySignInBody,
} from './sign-ins.controller.js';

const demoAccount = z.strictObject({
  accountId: z.string().min(1).max(128),
  displayName: z.string().max(64),
  email: z.string().max(254).exactOptional(),
  phone: z.string().max(32).exactOptional(),
  totp: z.strictObject({ secret: z.string().max(256) }).exactOptional(),
});
const passwordBody = z.strictObject({
  accountId: z.string().min(1).max(128),
  password: z.string().max(128),
});
const linkBody = z.strictObject({ entryPoint: z.string().min(1).max(64) });
const redeemBody = z.strictObject({
  token: z.string().max(4096),
  accountId: z.string().min(1).max(128),
  action: z.string().max(64),
  parameters: z.record(z.string(), z.unknown()),
});

/** What the demo of a product takes for the password of each of its users. */
const DEMO_PASSWORD = 'demo-password';

/**
 * Development only: what a product's own backend would do, for the pages that show the products to a newcomer. It exists
 * on loopback alone and in no production.
 */
@ApiExcludeController()
@Controller('dev/demo/:rp')
export class DemoBackendController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly relyingParties: RelyingParties,
    private readonly sessions: PortalSessions,
    private readonly origin: PageOrigin,
  ) {}

  /** What the product's sign-in page offers. */
  @Get()
  product(@Req() request: FastifyRequest, @Param('rp') rp: string): object {
    return { fallbacks: this.actAsBackend(request, rp).signIn.fallbacks };
  }

  @Post('accounts')
  async enrol(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(demoAccount) { accountId, ...body }: z.infer<typeof demoAccount>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
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
    const policy = this.actAsBackend(request, rp);
    const query = new GetAccountQuery(policy, accountId, this.dispatcher.after(request));
    const { onboarding, passkeyCount } = await this.dispatcher.ask(query);
    const entryPoints = policy.entryPoints.map(({ name, purposeText, complianceStep }) => ({
      name,
      purposeText: inLanguage(purposeText, languageOf(request)),
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
    const policy = this.actAsBackend(request, rp);
    if (!policy.entryPoints.some(({ name }) => name === entryPoint)) {
      const errors = [{ pointer: '/entryPoint', detail: 'is not an entry point of this product' }];
      throw new Refused('request-invalid', { errors });
    }
    const returnUrl = `${this.origin.url}/#${policy.slug}`;
    const { secret, expiresAt } = await this.sessions.link({ rp, accountId, entryPoint, returnUrl });
    return {
      url: `${this.origin.url}/security-center#${secret}`,
      expiresAt: new Date(expiresAt).toISOString(),
    };
  }

  @Post('sign-ins')
  startSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(startSignInBody) { device = NO_DEVICE, ...named }: z.infer<typeof startSignInBody>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    const command = new StartSignInCommand(commandContext(request), { ...named, device });
    return this.dispatcher.start(request, command);
  }

  @Post('sign-ins/fallback')
  @HttpCode(202)
  startFallback(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(startFallbackBody) { device = NO_DEVICE, ...named }: z.infer<typeof startFallbackBody>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    const command = new StartFallbackCommand(commandContext(request), { ...named, device });
    return this.dispatcher.start(request, command);
  }

  @Post('sign-ins/fallback/:checkId/verify')
  @HttpCode(200)
  verifyFallback(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('checkId') checkId: string,
    @ZodBody(verifyFallbackBody) shown: z.infer<typeof verifyFallbackBody>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    const command = new VerifyFallbackCommand(commandContext(request), checkId, shown);
    return this.dispatcher.execute(request, command);
  }

  /**
   * The product checks a password by itself and gives its word for it. The demo's is the same for everybody, so its word is
   * worth nothing, and counts for a sign-in alone.
   */
  @Post('sign-ins/fallback/:checkId/password')
  @HttpCode(200)
  async verifyPassword(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('checkId') checkId: string,
    @ZodBody(passwordBody) { accountId, password }: z.infer<typeof passwordBody>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    const context = commandContext(request);
    const outcome = password === DEMO_PASSWORD ? 'passed' : 'failed';
    const word = { factor: 'password', purpose: 'sign-in', outcome } as const;
    const attesting = new AttestSecurityCheckCommand({ ...context, idempotency: null }, accountId, word);
    const { grant } = await this.dispatcher.execute(request, attesting);
    if (grant === undefined) throw new Refused('wrong-code');
    return this.dispatcher.execute(request, new VerifyFallbackCommand(context, checkId, { grant }));
  }

  @Get('sign-in-approvals/:approvalId')
  collectSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('approvalId') approvalId: string,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    const context = commandContext(request);
    const command = new CollectSignInCommand(context, null, approvalId, approvalSecretOf(request));
    return this.dispatcher.execute(request, command);
  }

  @Post('sign-ins/:ceremonyId/verify')
  @HttpCode(200)
  verifySignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(verifySignInBody) { credential }: z.infer<typeof verifySignInBody>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    const command = new VerifySignInCommand(commandContext(request), ceremonyId, credential);
    return this.dispatcher.execute(request, command);
  }

  @Post('ceremonies/:ceremonyId/failures')
  @HttpCode(200)
  diagnose(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(failureBody) body: z.infer<typeof failureBody>,
  ): Promise<object> {
    const policy = this.actAsBackend(request, rp);
    return this.dispatcher.ask(new DiagnoseFailureQuery(policy, ceremonyId, body, null, languageOf(request)));
  }

  @Post('redeem')
  @HttpCode(200)
  redeem(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(redeemBody) body: z.infer<typeof redeemBody>,
  ): Promise<object> {
    this.actAsBackend(request, rp);
    return this.dispatcher.execute(request, new RedeemTokenCommand(commandContext(request), body));
  }

  /** The demo backend calls as any backend would; it holds no word that could stand for a proof. */
  private actAsBackend(request: FastifyRequest, rp: string): RelyingParty {
    // Our own page alone may speak to it: another site's page in the same browser may not.
    if (!mayBeOwnPage(request)) throw new Refused('request-foreign');
    const policy = this.relyingParties.find(as(rp));
    if (policy === undefined) throw new Refused('relying-party-not-found');
    const caller = { kind: 'backend', id: 'demo', scopes: ['accounts', 'sign-in', 'step-up'] } as const;
    admit(request, { caller, policy, correlationId: randomUUID() });
    return policy;
  }
}
