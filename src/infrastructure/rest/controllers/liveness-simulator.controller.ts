import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AskLivenessCommand } from '../../../application/commands/ask-liveness.js';
import { RelyingParties } from '../../config/relying-parties.js';
import { timeOrderedUuid } from '../../keys/uuid.js';
import { ConfiguredLiveness } from '../../liveness/configured-liveness.js';
import { SIMULATED_VERDICTS } from '../../liveness/simulator.js';
import { ZodBody } from '../body.js';
import { admit } from '../caller.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { Refused } from '../problem.js';

const pressBody = z.strictObject({ verdict: z.enum(SIMULATED_VERDICTS) });

/** Development only: the button that stands for a face before a camera. What follows is what follows a webhook. */
@ApiExcludeController()
@Controller('dev/liveness')
export class LivenessSimulatorController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly relyingParties: RelyingParties,
    private readonly liveness: ConfiguredLiveness,
  ) {}

  @Post(':resetId')
  @HttpCode(200)
  async press(
    @Req() request: FastifyRequest,
    @Param('resetId') resetId: string,
    @ZodBody(pressBody) { verdict }: z.infer<typeof pressBody>,
  ): Promise<object> {
    const check = await this.liveness.simulator?.press(resetId, verdict);
    const policy = check && this.relyingParties.find(check.rp);
    if (check === undefined || policy === undefined) throw new Refused('reset-not-found');
    const caller = { kind: 'backend', id: 'liveness-simulator', scopes: [] } as const;
    const judgeAgain = () => Promise.resolve({ caller, policy });
    admit(request, { caller, policy, correlationId: timeOrderedUuid(), judgeAgain });
    const context = { ...commandContext(request), actor: 'liveness-provider', idempotency: null } as const;
    const command = new AskLivenessCommand(context, check.account, check.resetId);
    return this.dispatcher.execute(request, command);
  }
}
