import { Controller, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RequestResetCommand } from '../../../application/commands/request-reset.js';
import { StopResetCommand } from '../../../application/commands/stop-reset.js';
import { GetResetQuery } from '../../../application/queries/get-reset.js';
import { ZodBody } from '../body.js';
import { AFTER, Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { commandContext, stepUpTokenOf } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { PortalSessions } from '../../web/portal-sessions.js';
import { keepResetSecret } from '../../web/reset-cookies.js';
import { AccountIdPipe } from '../parameters.js';
import { device, instant, position } from '../schemas.js';

const requestBody = z.strictObject({
  device: device.exactOptional(),
  replaces: z.string().max(64).exactOptional().meta({
    description: 'The open reset that gives way, as a `reset-under-way` names it: its secret was lost.',
  }),
});

const STOP_REFUSALS = [
  'account-not-found',
  'account-locked',
  'reset-not-found',
  'reset-over',
  'step-up-required',
  'step-up-not-found',
  'step-up-already-used',
  'step-up-expired',
  'security-epoch-passed',
] as const;
const stoppedAnswer = z.object({
  resetId: z.string(),
  status: z.enum(['cancelled', 'disputed']),
  position,
});

@ApiTags('resets')
@Controller('v1/:rp/accounts/:accountId/resets')
export class ResetsController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sessions: PortalSessions,
  ) {}

  @Call({
    method: 'POST',
    path: '',
    summary: "Asks for the replacement of the account's passkeys by a liveness check.",
    scope: 'resets',
    page: true,
    status: 201,
    body: requestBody,
    answer: z.object({
      resetId: z.string(),
      resetSecret: z
        .string()
        .optional()
        .meta({ description: 'Adds the new passkey once the check is passed. A page gets it as a cookie.' }),
      provider: z.string(),
      clientToken: z.string().meta({ description: "For the provider's component in the app." }),
      url: z.string().optional(),
      expiresAt: instant,
      position,
    }),
    refusals: [
      'account-not-found',
      'account-locked',
      'reset-not-offered',
      'reset-under-way',
      'reset-attempts-used-up',
      'liveness-subject-missing',
      'liveness-unavailable',
    ],
  })
  async request(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(requestBody) { replaces = null }: { readonly replaces?: string | null },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const command = new RequestResetCommand(commandContext(request), accountId, replaces);
    const asked = await this.dispatcher.execute(request, command);
    const { caller, policy } = admittedOf(request);
    if (caller.kind !== 'page') return asked;
    const { resetSecret, ...told } = asked;
    const { lifetime = 0, window = 0 } = policy.reset ?? {};
    keepResetSecret(reply, { resetId: asked.resetId, resetSecret }, lifetime + window);
    await this.sessions.outlive(request, asked.resetId);
    return told;
  }

  @Call({
    method: 'GET',
    path: ':resetId',
    summary: 'How far a reset has come.',
    scope: 'resets',
    page: true,
    query: AFTER,
    answer: z.object({
      resetId: z.string(),
      status: z.enum(['requested', 'passed', 'retry', 'rejected', 'cancelled', 'expired', 'disputed']),
      provider: z.string(),
      attempt: z.int().meta({ description: "Which of the day's attempts, from 1." }),
      requestedAt: instant,
      expiresAt: instant,
      windowUntil: instant.optional(),
      coolingOffUntil: instant.optional(),
      passkeyAddedAt: instant.optional(),
    }),
    refusals: ['account-not-found', 'reset-not-found', 'position-invalid', 'position-not-reached'],
  })
  get(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('resetId') resetId: string,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    const after = this.dispatcher.after(request);
    return this.dispatcher.ask(new GetResetQuery(policy, accountId, after, resetId));
  }

  @Call({
    method: 'POST',
    path: ':resetId/cancel',
    summary: 'Stops a reset before its check is passed, by a passkey of the account.',
    scope: 'resets',
    page: true,
    stepUp: true,
    answer: stoppedAnswer,
    refusals: STOP_REFUSALS,
  })
  cancel(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('resetId') resetId: string,
  ): Promise<object> {
    return this.stop(request, accountId, resetId, 'cancel-reset');
  }

  @Call({
    method: 'POST',
    path: ':resetId/dispute',
    summary:
      'Locks the account, by a passkey that the reset removed, until the product unlocks it; during the cooling-off only.',
    scope: 'resets',
    page: true,
    stepUp: true,
    answer: stoppedAnswer,
    refusals: STOP_REFUSALS,
  })
  dispute(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('resetId') resetId: string,
  ): Promise<object> {
    return this.stop(request, accountId, resetId, 'dispute-reset');
  }

  private stop(
    request: FastifyRequest,
    accountId: string,
    resetId: string,
    action: StopResetCommand['action'],
  ): Promise<object> {
    const context = commandContext(request);
    const command = new StopResetCommand(context, accountId, resetId, action, stepUpTokenOf(request));
    return this.dispatcher.execute(request, command);
  }
}
