import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AttestSecurityCheckCommand } from '../../../application/commands/attest-security-check.js';
import { StartSecurityCheckCommand } from '../../../application/commands/start-security-check.js';
import { VerifySecurityCheckCommand } from '../../../application/commands/verify-security-check.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { AccountIdPipe } from '../parameters.js';
import { codeFactor, factor, instant, position, purpose } from '../schemas.js';

const startBody = z.strictObject({
  factor: codeFactor,
  purpose,
  stepUpId: z.string().min(1).max(64).exactOptional(),
});
const verifyBody = z.strictObject({ code: z.string().max(16) });
const attestBody = z.strictObject({
  factor,
  purpose: z.enum(['bind-passkey', 'sign-in', 'change-factors']),
  outcome: z.enum(['passed', 'failed']),
});

@ApiTags('security checks')
@Controller('v1/:rp/accounts/:accountId/security-checks')
export class SecurityChecksController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'POST',
    path: '',
    summary:
      'Starts a check of one factor for one purpose: sends a code, or waits for one of the authenticator app.',
    scope: 'passkeys',
    page: true,
    status: 201,
    body: startBody,
    answer: z.object({
      checkId: z.string(),
      factor: codeFactor,
      destination: z.string(),
      expiresAt: instant,
      position,
    }),
    refusals: [
      'account-not-found',
      'account-locked',
      'factor-not-available',
      'reset-required',
      'step-up-not-found',
      'step-up-expired',
      'message-not-delivered',
      'too-many-requests',
    ],
  })
  start(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(startBody) body: z.infer<typeof startBody>,
  ): Promise<object> {
    return this.dispatcher.execute(
      request,
      new StartSecurityCheckCommand(commandContext(request), accountId, body),
    );
  }

  @Call({
    method: 'POST',
    path: ':checkId/verify',
    summary: 'Passes the check by its code, for a grant that is handed out once.',
    scope: 'passkeys',
    page: true,
    body: verifyBody,
    answer: z.object({ grant: z.string(), expiresAt: instant, position }),
    refusals: [
      'account-not-found',
      'account-locked',
      'check-not-found',
      'check-expired',
      'check-used-up',
      'wrong-code',
      'security-epoch-passed',
    ],
  })
  verify(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('checkId') checkId: string,
    @ZodBody(verifyBody) { code }: z.infer<typeof verifyBody>,
  ): Promise<object> {
    const command = new VerifySecurityCheckCommand(commandContext(request), accountId, checkId, code);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'POST',
    path: 'attest',
    summary: "Takes the product's own word for a factor that it checked; failures count towards the lock.",
    scope: 'attest',
    body: attestBody,
    answer: z.object({ grant: z.string().optional(), expiresAt: instant.optional(), position }),
    refusals: ['account-not-found', 'account-locked', 'factor-not-available'],
  })
  attest(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(attestBody) body: z.infer<typeof attestBody>,
  ): Promise<object> {
    return this.dispatcher.execute(
      request,
      new AttestSecurityCheckCommand(commandContext(request), accountId, body),
    );
  }
}
