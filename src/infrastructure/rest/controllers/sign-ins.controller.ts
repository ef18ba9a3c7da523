import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StartFallbackCommand } from '../../../application/commands/start-fallback.js';
import { StartSignInCommand } from '../../../application/commands/start-sign-in.js';
import { VerifyFallbackCommand } from '../../../application/commands/verify-fallback.js';
import { VerifySignInCommand } from '../../../application/commands/verify-sign-in.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import {
  credential,
  factor,
  instant,
  NO_DEVICE,
  options,
  position,
  presentedDevice,
  signals,
} from '../schemas.js';

export const startSignInBody = z.strictObject({
  accountId: z.string().min(1).max(128).exactOptional(),
  identifier: z.string().min(1).max(254).exactOptional(),
  device: presentedDevice.exactOptional(),
});
export const startFallbackBody = z.strictObject({
  accountId: z.string().min(1).max(128).exactOptional(),
  identifier: z.string().min(1).max(254).exactOptional(),
  factor,
  device: presentedDevice.exactOptional(),
});
export const verifyFallbackBody = z.union([
  z.strictObject({ code: z.string().max(16) }),
  z.strictObject({ grant: z.string().max(128) }),
]);
/** Signed in, or to be approved on a trusted device first. */
const signInAnswer = z.object({
  status: z.enum(['signed-in', 'approval-required']),
  accountId: z.string(),
  passkeyId: z.string().optional(),
  token: z.string().optional(),
  deviceToken: z.string().optional(),
  approvalId: z.string().optional(),
  approvalSecret: z.string().optional(),
  matchNumber: z.string().optional(),
  expiresAt: instant.optional(),
  signals,
  position,
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
    @ZodBody(startSignInBody) { device = NO_DEVICE, ...named }: z.infer<typeof startSignInBody>,
  ): Promise<object> {
    const command = new StartSignInCommand(commandContext(request), { device, ...named });
    return this.dispatcher.start(request, command);
  }

  @Call({
    method: 'POST',
    path: 'fallback',
    summary: 'Opens a sign-in by another way than a passkey: the same answer whoever is named.',
    scope: 'sign-in',
    status: 202,
    body: startFallbackBody,
    answer: z.object({ checkId: z.string(), expiresAt: instant }),
    refusals: ['factor-not-available', 'too-many-requests'],
  })
  startFallback(
    @Req() request: FastifyRequest,
    @ZodBody(startFallbackBody) { device = NO_DEVICE, ...named }: z.infer<typeof startFallbackBody>,
  ): Promise<object> {
    const command = new StartFallbackCommand(commandContext(request), { device, ...named });
    return this.dispatcher.start(request, command);
  }

  @Call({
    method: 'POST',
    path: 'fallback/:checkId/verify',
    summary: 'Signs in by the code that was sent, or by the grant for which the product gave its word.',
    scope: 'sign-in',
    body: verifyFallbackBody,
    answer: signInAnswer,
    refusals: [
      'check-not-found',
      'check-expired',
      'check-used-up',
      'wrong-code',
      'grant-not-found',
      'grant-spent',
      'grant-expired',
      'account-locked',
      'approval-pending',
      'approval-paused',
      'too-many-requests',
    ],
  })
  verifyFallback(
    @Req() request: FastifyRequest,
    @Param('checkId') checkId: string,
    @ZodBody(verifyFallbackBody) shown: z.infer<typeof verifyFallbackBody>,
  ): Promise<object> {
    return this.dispatcher.execute(
      request,
      new VerifyFallbackCommand(commandContext(request), checkId, shown),
    );
  }

  @Call({
    method: 'POST',
    path: ':ceremonyId/verify',
    summary: 'Signs in by the passkey that the user picked.',
    scope: 'sign-in',
    body: verifySignInBody,
    answer: signInAnswer,
    refusals: [
      'ceremony-not-found',
      'ceremony-expired',
      'ceremony-already-used',
      'verification-failed',
      'passkey-suspended',
      'approval-pending',
      'approval-paused',
      'too-many-requests',
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
