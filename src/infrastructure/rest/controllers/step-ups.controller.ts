import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StartStepUpCommand } from '../../../application/commands/start-step-up.js';
import { VerifyStepUpCommand } from '../../../application/commands/verify-step-up.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { AccountIdPipe } from '../parameters.js';
import {
  credential,
  instant,
  method,
  NO_DEVICE,
  options,
  parameters,
  position,
  presentedDevice,
} from '../schemas.js';

const startBody = z.strictObject({
  action: z.string().min(1).max(64),
  parameters,
  device: presentedDevice.exactOptional(),
  signInToken: z.string().max(4096).exactOptional(),
});
const verifyBody = z.strictObject({
  credential: credential.exactOptional(),
  grant: z.string().max(128).exactOptional(),
});

@ApiTags('step-up')
@Controller('v1/:rp/accounts/:accountId/step-ups')
export class StepUpsController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'POST',
    path: '',
    summary: 'Asks for a proof of one named action with its parameters.',
    scope: 'step-up',
    page: true,
    status: 201,
    body: startBody,
    answer: z.object({
      stepUpId: z.string(),
      ceremonyId: z.string(),
      publicKey: options,
      methods: z.array(z.array(method)),
      approves: z.string(),
      expiresAt: instant,
      position,
    }),
    refusals: [
      'account-not-found',
      'unknown-action',
      'step-up-denied',
      'no-passkey',
      'factor-not-available',
      'token-invalid',
    ],
  })
  start(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(startBody) { device = NO_DEVICE, ...body }: z.infer<typeof startBody>,
  ): Promise<object> {
    const { caller } = admittedOf(request);
    // What a page says of its sign-in counts for nothing beside what the product said of it.
    const signedIn =
      caller.kind === 'page' ? { signInToken: undefined, signInFactor: caller.signInFactor } : {};
    const command = new StartStepUpCommand(commandContext(request), accountId, {
      ...body,
      ...signedIn,
      device,
    });
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'POST',
    path: ':stepUpId/verify',
    summary: 'Passes the step-up by all methods of one alternative, for a token that proves it.',
    scope: 'step-up',
    page: true,
    body: verifyBody,
    answer: z.object({ token: z.string(), expiresAt: instant, position }),
    refusals: [
      'account-not-found',
      'account-locked',
      'step-up-not-found',
      'step-up-expired',
      'step-up-already-used',
      'step-up-denied',
      'step-up-method-missing',
      'ceremony-already-used',
      'verification-failed',
      'passkey-suspended',
      'passkey-too-new',
      'grant-not-found',
      'grant-spent',
      'grant-expired',
      'security-epoch-passed',
      'too-many-requests',
    ],
  })
  verify(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('stepUpId') stepUpId: string,
    @ZodBody(verifyBody) body: z.infer<typeof verifyBody>,
  ): Promise<object> {
    const command = new VerifyStepUpCommand(commandContext(request), accountId, stepUpId, body);
    return this.dispatcher.execute(request, command);
  }
}
