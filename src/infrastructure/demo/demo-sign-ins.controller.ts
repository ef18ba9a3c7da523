import { Controller, Get, HttpCode, Param, Post, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Latchkey } from '@latchkey/client';
import { LatchkeyError } from '@latchkey/client';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ZodBody } from '../rest/body.js';
import { failureBody } from '../rest/controllers/diagnoses.controller.js';
import {
  startFallbackBody,
  startSignInBody,
  verifyFallbackBody,
  verifySignInBody,
} from '../rest/controllers/sign-ins.controller.js';
import { AccountIdPipe } from '../rest/parameters.js';
import { Refused } from '../rest/problem.js';
import { saidOfDevice } from '../rest/schemas.js';
import { DemoUsers, passedOn } from './demo-users.js';
import { RefusalsFilter } from './refusals.filter.js';

const device = { device: saidOfDevice.exactOptional() };
const signInBody = startSignInBody.extend(device);
const fallbackBody = startFallbackBody.extend(device);
const failedBody = failureBody.extend(device);
const password = z.string().max(128);
const passwordBody = z.strictObject({ identifier: z.string().min(1).max(254), password });
const recoveryCheckBody = z.strictObject({ factor: z.enum(['sms', 'email', 'totp']) });
const recoveryBody = z.union([
  z.strictObject({ checkId: z.string().max(128), code: z.string().max(16) }),
  z.strictObject({ password }),
]);

/** Development only: the backend of a product, for its sign-in page. */
@ApiExcludeController()
@UseFilters(RefusalsFilter)
@Controller('dev/demo/:rp')
export class DemoSignInsController {
  constructor(private readonly users: DemoUsers) {}

  @Post('sign-ins')
  async startSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(signInBody) body: z.infer<typeof signInBody>,
  ): Promise<object> {
    const { signIns } = await this.users.backendOf(request, rp);
    return signIns.startSignIn(body, passedOn(request));
  }

  @Post('sign-ins/fallback')
  @HttpCode(202)
  async startFallback(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @ZodBody(fallbackBody) body: z.infer<typeof fallbackBody>,
  ): Promise<object> {
    const { signIns } = await this.users.backendOf(request, rp);
    return signIns.startFallback(body, passedOn(request));
  }

  @Post('sign-ins/fallback/:checkId/verify')
  @HttpCode(200)
  async verifyFallback(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('checkId') checkId: string,
    @ZodBody(verifyFallbackBody) shown: z.infer<typeof verifyFallbackBody>,
  ): Promise<object> {
    const { signIns } = await this.users.backendOf(request, rp);
    return signIns.verifyFallback({ checkId, ...shown }, passedOn(request));
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
    const policy = this.users.productOf(request, rp);
    const latchkey = await this.users.backendOf(request, rp);
    const accountId = await this.users.accountNamed(policy, identifier);
    const grant = accountId && (await this.wordFor(latchkey, request, accountId, password));
    if (grant === undefined) throw new Refused('wrong-code');
    return latchkey.signIns.verifyFallback({ checkId, grant }, passedOn(request));
  }

  @Get('sign-in-approvals/:approvalId')
  async collectSignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('approvalId') approvalId: string,
  ): Promise<object> {
    const { devices } = await this.users.backendOf(request, rp);
    return devices.collectSignInBySecret({ approvalId }, passedOn(request));
  }

  /** Sends a code for a second factor, where every trusted device is lost. */
  @Post('accounts/:accountId/recovery-checks')
  @HttpCode(201)
  async checkForRecovery(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(recoveryCheckBody) { factor }: z.infer<typeof recoveryCheckBody>,
  ): Promise<object> {
    const { securityChecks } = await this.users.backendOf(request, rp);
    return securityChecks.startSecurityCheck({ accountId, factor, purpose: 'sign-in' }, passedOn(request));
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
    const latchkey = await this.users.backendOf(request, rp);
    const grant =
      'password' in shown
        ? await this.wordFor(latchkey, request, accountId, shown.password)
        : await this.grantFor(latchkey, request, accountId, shown);
    if (grant === undefined) throw new Refused('wrong-code');
    return latchkey.devices.recoverSignIn({ accountId, approvalId, grant }, passedOn(request));
  }

  @Post('sign-ins/:ceremonyId/verify')
  @HttpCode(200)
  async verifySignIn(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(verifySignInBody) { credential }: z.infer<typeof verifySignInBody>,
  ): Promise<object> {
    const { signIns } = await this.users.backendOf(request, rp);
    return signIns.verifySignIn({ ceremonyId, credential }, passedOn(request));
  }

  @Post('ceremonies/:ceremonyId/failures')
  @HttpCode(200)
  async diagnose(
    @Req() request: FastifyRequest,
    @Param('rp') rp: string,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(failedBody) body: z.infer<typeof failedBody>,
  ): Promise<object> {
    const { diagnoses } = await this.users.backendOf(request, rp);
    return diagnoses.diagnoseFailure({ ceremonyId, ...body }, passedOn(request));
  }

  /** The product's word on a password; undefined where it is wrong or counts for nothing. */
  private async wordFor(
    { securityChecks }: Latchkey,
    request: FastifyRequest,
    accountId: string,
    typed: string,
  ): Promise<string | undefined> {
    const outcome = this.users.isPassword(typed) ? 'passed' : 'failed';
    const word = { accountId, factor: 'password', purpose: 'sign-in', outcome } as const;
    try {
      return (await securityChecks.attestSecurityCheck(word, ofItsOwn(request))).grant;
    } catch (error) {
      if (error instanceof LatchkeyError) return undefined;
      throw error;
    }
  }

  private async grantFor(
    { securityChecks }: Latchkey,
    request: FastifyRequest,
    accountId: string,
    shown: { readonly checkId: string; readonly code: string },
  ): Promise<string> {
    return (await securityChecks.verifySecurityCheck({ accountId, ...shown }, ofItsOwn(request))).grant;
  }
}

/** A second call of one request of the page, under another key than the last. */
function ofItsOwn(request: FastifyRequest): ReturnType<typeof passedOn> {
  const { idempotencyKey: _ofTheLast, ...passed } = passedOn(request);
  return passed;
}
