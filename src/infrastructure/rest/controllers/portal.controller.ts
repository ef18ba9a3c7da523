import { Controller, Delete, Inject, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AccountCommands } from '../../../application/accounts/account-commands.js';
import { refused } from '../../../application/accounts/outcome.js';
import type { SignInBehind } from '../../../application/accounts/sign-in-factor.js';
import { signInBehind } from '../../../application/accounts/sign-in-factor.js';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/clock.js';
import type { Tokens } from '../../../application/ports/tokens.js';
import { TOKENS } from '../../../application/ports/tokens.js';
import { rejection } from '../../../domain/kernel/rejection.js';
import { OWN_ACTIONS } from '../../../domain/policy/own-actions.js';
import type { RelyingParty } from '../../../domain/policy/relying-party.js';
import type { Language } from '../../../domain/texts/language.js';
import { inLanguage } from '../../../domain/texts/language.js';
import { RelyingParties } from '../../config/relying-parties.js';
import type { PortalSession } from '../../web/portal-sessions.js';
import { HOST_COOKIE } from '../../web/cookies.js';
import { COOKIE, PortalSessions } from '../../web/portal-sessions.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { commandContext } from '../command-context.js';
import { languageOf } from '../language.js';
import { toJson } from '../json.js';
import { AccountIdPipe } from '../parameters.js';
import { Refused } from '../problem.js';
import { instant } from '../schemas.js';
import { mayBeOwnPage } from '../../web/own-page.js';
import { PageOrigin } from '../../web/page-origin.js';

const linkBody = z.strictObject({
  entryPoint: z.string().min(1).max(64),
  returnUrl: z.url().max(2048),
  signInToken: z.string().max(4096).exactOptional().meta({
    description:
      'Of the sign-in that leads here: no step-up on the page is proven again by its factor, and the page ends when that factor is changed or that passkey removed. Without it the page ends when any factor is changed.',
  }),
});
const exchangeBody = z.strictObject({ secret: z.string().max(128) });

/** The hosted Security Center's links and sessions. */
@ApiTags('portal')
@Controller()
export class PortalController {
  constructor(
    private readonly sessions: PortalSessions,
    private readonly relyingParties: RelyingParties,
    private readonly origin: PageOrigin,
    private readonly accounts: AccountCommands,
    @Inject(TOKENS) private readonly tokens: Tokens,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Call({
    method: 'POST',
    path: 'v1/:rp/accounts/:accountId/portal-links',
    summary: 'Makes a link that opens the Security Center for the account, once, within a minute.',
    scope: 'accounts',
    status: 201,
    body: linkBody,
    answer: z.object({ url: z.string(), expiresAt: instant }),
    refusals: ['account-not-found', 'token-invalid'],
  })
  async link(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(linkBody) { entryPoint, returnUrl, signInToken }: z.infer<typeof linkBody>,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    const errors = [];
    if (!policy.entryPoints.some(({ name }) => name === entryPoint)) {
      errors.push({ pointer: '/entryPoint', detail: 'is not an entry point of this product' });
    }
    // Anywhere else, and the page would send people to whoever made the link.
    if (!policy.origins.includes(new URL(returnUrl).origin)) {
      errors.push({ pointer: '/returnUrl', detail: 'must be at an origin of this product' });
    }
    if (errors.length > 0) throw new Refused('request-invalid', { errors });
    const linked = await this.accounts.onAccount(commandContext(request), accountId, async (account) => {
      const visit = { rp: policy.slug, accountId, entryPoint, returnUrl };
      let signIn: SignInBehind | undefined;
      if (signInToken !== undefined) {
        signIn = await signInBehind(this.tokens, policy, accountId, signInToken, this.clock.now());
        const state = await account.current();
        // A token dies with its epoch, whatever it says of itself.
        if (state.status !== 'enrolled' || signIn?.securityEpoch !== state.securityEpoch) {
          return refused(rejection('token-invalid'));
        }
        // And with its passkey.
        const { passkeyId: provenBy } = signIn;
        if (provenBy !== null && !state.passkeys.some(({ passkeyId }) => passkeyId === provenBy)) {
          return refused(rejection('token-invalid'));
        }
      }
      const made = await this.sessions.link(visit, signIn);
      if (made === undefined) return refused(rejection('account-not-found'));
      const { secret, expiresAt } = made;
      // In the fragment, which no browser sends to any server or names to the next page.
      return account.tell({ url: `${this.origin.url}/security-center#${secret}`, expiresAt });
    });
    if (!linked.ok) throw Refused.from(linked.rejection);
    return toJson(linked.answer) as object;
  }

  @Post('portal/sessions')
  @HttpCode(201)
  @ApiExcludeEndpoint()
  async open(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @ZodBody(exchangeBody) { secret }: z.infer<typeof exchangeBody>,
  ): Promise<object> {
    // Another site could otherwise put its own visitor into a session of its choosing.
    if (!mayBeOwnPage(request)) throw new Refused('request-foreign');
    const opened = await this.sessions.exchange(secret);
    if (opened === undefined) throw new Refused('link-used');
    reply.header('set-cookie', `${COOKIE}=${opened.cookie}; ${HOST_COOKIE}`);
    return this.describe(opened.session, languageOf(request));
  }

  @Get('portal/sessions/current')
  @ApiExcludeEndpoint()
  async current(@Req() request: FastifyRequest): Promise<object> {
    return this.describe(await this.sessionOf(request), languageOf(request));
  }

  @Delete('portal/sessions/current')
  @HttpCode(204)
  @ApiExcludeEndpoint()
  async close(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessionOf(request);
    await this.sessions.end(request);
    reply.header('set-cookie', `${COOKIE}=; ${HOST_COOKIE}; Max-Age=0`);
  }

  @Get('portal/actions')
  @ApiExcludeEndpoint()
  async actions(@Req() request: FastifyRequest): Promise<object> {
    const policy = this.policyOf(await this.sessionOf(request));
    const actions = policy.actions.filter(({ name }) => !OWN_ACTIONS.some((own) => own === name));
    const language = languageOf(request);
    return {
      actions: actions.map(({ name, title = name, alternatives, text }) => ({
        name,
        title: inLanguage(title, language),
        alternatives,
        text: inLanguage(text, language),
      })),
      parameters: Object.fromEntries(
        Object.entries(policy.parameters).map(([name, label]) => [name, inLanguage(label, language)]),
      ),
    };
  }

  private async sessionOf(request: FastifyRequest): Promise<PortalSession> {
    const session = await this.sessions.of(request);
    if (session === undefined) throw new Refused('session-missing');
    return session;
  }

  private policyOf(session: PortalSession): RelyingParty {
    const policy = this.relyingParties.find(session.rp);
    if (policy === undefined) throw new Refused('session-missing');
    return policy;
  }

  private describe(session: PortalSession, language: Language): object {
    const policy = this.policyOf(session);
    const entryPoint = policy.entryPoints.find(({ name }) => name === session.entryPoint);
    return {
      rp: policy.slug,
      rpName: policy.name,
      accountId: session.accountId,
      entryPoint: session.entryPoint,
      purposeText: entryPoint === undefined ? '' : inLanguage(entryPoint.purposeText, language),
      returnUrl: session.returnUrl,
      offersReset: policy.reset !== undefined,
      approvesNewDevices: policy.newDeviceApproval.required,
    };
  }
}
