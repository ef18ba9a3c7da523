import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AttestSecurityCheckCommand } from '../../../application/commands/attest-security-check.js';
import { CollectSignInCommand } from '../../../application/commands/collect-sign-in.js';
import { RecoverSignInCommand } from '../../../application/commands/recover-sign-in.js';
import { StartFallbackCommand } from '../../../application/commands/start-fallback.js';
import { StartSecurityCheckCommand } from '../../../application/commands/start-security-check.js';
import { StartSignInCommand } from '../../../application/commands/start-sign-in.js';
import { VerifyFallbackCommand } from '../../../application/commands/verify-fallback.js';
import { VerifySecurityCheckCommand } from '../../../application/commands/verify-security-check.js';
import { VerifySignInCommand } from '../../../application/commands/verify-sign-in.js';
import { DiagnoseFailureQuery } from '../../../application/queries/diagnose-failure.js';
import { ZodBody } from '../body.js';
import { approvalSecretOf, commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { AccountIdPipe } from '../parameters.js';
import { Refused } from '../problem.js';
import { NO_DEVICE } from '../schemas.js';
import { DemoUsers } from './demo-users.js';
import { failureBody } from './diagnoses.controller.js';
import {
  startFallbackBody,
  startSignInBody,
  verifyFallbackBody,
  verifySignInBody,
} from './sign-ins.controller.js';

const password = z.string().max(128);
const passwordBody = z.strictObject({ identifier: z.string().min(1).max(254), password });
const recoveryCheckBody = z.strictObject({ factor: z.enum(['sms', 'email', 'totp']) });
const recoveryBody = z.union([
  z.strictObject({ checkId: z.string().max(128), code: z.string().max(16) }),
  z.strictObject({ password }),
]);

/** Development only: what a product's own backend would do for its sign-in page. */
@ApiExcludeController()
@Controller('dev/demo/:rp')
export class DemoSignInsController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly users: DemoUsers,
  ) {}

  @Post('sign-ins')
  startSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(startSignInBody) { device = NO_DEVICE, ...named }: z.infer<typeof startSignInBody>,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
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
    this.users.actAsBackend(request, rp);
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
    this.users.actAsBackend(request, rp);
    const command = new VerifyFallbackCommand(commandContext(request), checkId, shown);
    return this.dispatcher.execute(request, command);
  }

  /**
   * The product checks a password by itself and gives its word for it. The demo's is the same for everybody, so its word is
   * worth nothing, and counts for a sign-in alone. A wrong one, one of nobody and one of a locked account are answered alike.
   */
  @Post('sign-ins/fallback/:checkId/password')
  @HttpCode(200)
  async verifyPassword(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('checkId') checkId: string,
    @ZodBody(passwordBody) { identifier, password }: z.infer<typeof passwordBody>,
  ): Promise<object> {
    const policy = this.users.actAsBackend(request, rp);
    const accountId = await this.users.accountNamed(policy, identifier);
    const grant = accountId === undefined ? undefined : await this.wordFor(request, accountId, password);
    if (grant === undefined) throw new Refused('wrong-code');
    return this.dispatcher.execute(
      request,
      new VerifyFallbackCommand(commandContext(request), checkId, { grant }),
    );
  }

  @Get('sign-in-approvals/:approvalId')
  collectSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('approvalId') approvalId: string,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
    const context = commandContext(request);
    const command = new CollectSignInCommand(context, null, approvalId, approvalSecretOf(request));
    return this.dispatcher.execute(request, command);
  }

  /** Sends a code for a second factor, where every trusted device is lost. */
  @Post('accounts/:accountId/recovery-checks')
  @HttpCode(201)
  checkForRecovery(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(recoveryCheckBody) { factor }: z.infer<typeof recoveryCheckBody>,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
    const check = { factor, purpose: 'sign-in' } as const;
    const command = new StartSecurityCheckCommand(commandContext(request), accountId, check);
    return this.dispatcher.execute(request, command);
  }

  /** Puts the second factor in the place of a trusted device: a code that was sent, or the product's word on a password. */
  @Post('accounts/:accountId/sign-in-approvals/:approvalId/recovery')
  @HttpCode(200)
  async recover(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('approvalId') approvalId: string,
    @ZodBody(recoveryBody) shown: z.infer<typeof recoveryBody>,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
    const secret = approvalSecretOf(request);
    const grant =
      'password' in shown
        ? await this.wordFor(request, accountId, shown.password)
        : await this.grantFor(request, accountId, shown);
    if (grant === undefined) throw new Refused('wrong-code');
    return this.dispatcher.execute(
      request,
      new RecoverSignInCommand(commandContext(request), accountId, approvalId, secret, grant),
    );
  }

  @Post('sign-ins/:ceremonyId/verify')
  @HttpCode(200)
  verifySignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(verifySignInBody) { credential }: z.infer<typeof verifySignInBody>,
  ): Promise<object> {
    this.users.actAsBackend(request, rp);
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
    const policy = this.users.actAsBackend(request, rp);
    return this.dispatcher.ask(new DiagnoseFailureQuery(policy, ceremonyId, body, null, languageOf(request)));
  }

  /** The product's word on a password; undefined where it is wrong or counts for nothing. */
  private async wordFor(
    request: FastifyRequest,
    accountId: string,
    typed: string,
  ): Promise<string | undefined> {
    const outcome = this.users.isPassword(typed) ? 'passed' : 'failed';
    const word = { factor: 'password', purpose: 'sign-in', outcome } as const;
    const context = { ...commandContext(request), idempotency: null };
    try {
      const command = new AttestSecurityCheckCommand(context, accountId, word);
      return (await this.dispatcher.execute(request, command)).grant;
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  }

  private async grantFor(
    request: FastifyRequest,
    accountId: string,
    { checkId, code }: { readonly checkId: string; readonly code: string },
  ): Promise<string> {
    const context = { ...commandContext(request), idempotency: null };
    const command = new VerifySecurityCheckCommand(context, accountId, checkId, code);
    return (await this.dispatcher.execute(request, command)).grant;
  }
}
