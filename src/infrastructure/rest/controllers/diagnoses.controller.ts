import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DiagnoseFailureQuery } from '../../../application/queries/diagnose-failure.js';
import { DiagnoseSituationQuery } from '../../../application/queries/diagnose-situation.js';
import { CAUSES } from '../../../domain/diagnosis/cause.js';
import { MEDIATIONS } from '../../../domain/diagnosis/rank-failure.js';
import { SITUATIONS } from '../../../domain/diagnosis/rank-situation.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { AccountIdPipe } from '../parameters.js';
import { device, factor, signals } from '../schemas.js';

const said = z.string().max(512);
export const failureBody = z.strictObject({
  error: z.strictObject({
    name: z.string().min(1).max(256),
    message: said.exactOptional(),
    nativeCode: z.union([said, z.int().transform(String)]).exactOptional(),
  }),
  elapsedMs: z.number().min(0).exactOptional(),
  mediation: z.enum(MEDIATIONS).exactOptional(),
  device: device.exactOptional(),
});
const situationBody = z.strictObject({ situation: z.enum(SITUATIONS), device: device.exactOptional() });

const cause = z.object({
  code: z.enum(CAUSES),
  meaning: z.string(),
  next: z.array(z.string()).meta({ description: 'What to do, step by step.' }),
});
const answer = z.object({
  diagnosis: cause.meta({ description: 'The likeliest cause.' }),
  otherCauses: z.array(cause).meta({ description: 'What else fits, likeliest first.' }),
  alternatives: z.array(factor).meta({ description: "The product's other ways to sign in." }),
  signals: signals.optional(),
});

@ApiTags('diagnosis')
@Controller('v1/:rp')
export class DiagnosesController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'POST',
    path: 'ceremonies/:ceremonyId/failures',
    summary: 'Says why a ceremony failed and what to do next, from what the platform gave the client.',
    scope: 'sign-in',
    page: true,
    body: failureBody,
    answer,
    refusals: ['ceremony-not-found'],
  })
  failure(
    @Req() request: FastifyRequest,
    @Param('ceremonyId') ceremonyId: string,
    @ZodBody(failureBody) body: z.infer<typeof failureBody>,
  ): Promise<object> {
    const { caller, policy } = admittedOf(request);
    const own = caller.kind === 'page' ? caller.accountId : null;
    return this.dispatcher.ask(new DiagnoseFailureQuery(policy, ceremonyId, body, own, languageOf(request)));
  }

  @Call({
    method: 'POST',
    path: 'accounts/:accountId/diagnoses',
    summary: 'Says why something about passkeys does not work where no ceremony has failed.',
    scope: 'passkeys',
    page: true,
    body: situationBody,
    answer,
    refusals: ['account-not-found'],
  })
  situation(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(situationBody) body: z.infer<typeof situationBody>,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    return this.dispatcher.ask(new DiagnoseSituationQuery(policy, accountId, body, languageOf(request)));
  }
}
