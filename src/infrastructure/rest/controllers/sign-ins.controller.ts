import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StartSignInCommand } from '../../../application/commands/start-sign-in.js';
import { VerifySignInCommand } from '../../../application/commands/verify-sign-in.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { credential, device, instant, options, position, signals } from '../schemas.js';

export const startSignInBody = z.strictObject({
  accountId: z.string().min(1).max(128).exactOptional(),
  identifier: z.string().min(1).max(254).exactOptional(),
  device: device.exactOptional(),
});
export const verifySignInBody = z.strictObject({ credential });

@ApiTags('sign-in')
@Controller('v1/:rp/sign-ins')
export class SignInsController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'POST',
    path: '',
    summary: 'Opens a sign-in, with a user name or without: the same answer whoever is named.',
    scope: 'sign-in',
    status: 201,
    body: startSignInBody,
    answer: z.object({ ceremonyId: z.string(), publicKey: options, expiresAt: instant }),
  })
  start(
    @Req() request: FastifyRequest,
    @ZodBody(startSignInBody) body: z.infer<typeof startSignInBody>,
  ): Promise<object> {
    return this.dispatcher.start(request, new StartSignInCommand(commandContext(request), body));
  }

  @Call({
    method: 'POST',
    path: ':ceremonyId/verify',
    summary: 'Signs in by the passkey that the user picked.',
    scope: 'sign-in',
    body: verifySignInBody,
    answer: z.object({
      status: z.enum(['signed-in']),
      accountId: z.string(),
      passkeyId: z.string(),
      token: z.string(),
      signals,
      position,
    }),
    refusals: [
      'ceremony-not-found',
      'ceremony-expired',
      'ceremony-already-used',
      'verification-failed',
      'passkey-suspended',
    ],
  })
  verify(
    @Req() request: FastifyRequest,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(verifySignInBody) body: z.infer<typeof verifySignInBody>,
  ): Promise<object> {
    const command = new VerifySignInCommand(commandContext(request), ceremonyId, body.credential);
    return this.dispatcher.execute(request, command);
  }
}
