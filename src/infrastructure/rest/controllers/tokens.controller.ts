import { Controller, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RedeemTokenCommand } from '../../../application/commands/redeem-token.js';
import { IntrospectTokenQuery } from '../../../application/queries/introspect-token.js';
import { ZodBody } from '../body.js';
import { Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { commandContext } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { Refused } from '../problem.js';
import { parameters, position } from '../schemas.js';

const token = z.string().min(1).max(4096);
/** Goes into a header: RFC 6749 §A.4's characters of a scope token are those of an `acr` value too. */
const acr = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/u);
const introspectBody = z.strictObject({
  token,
  action: z.string().max(64).exactOptional(),
  parameters: parameters.exactOptional(),
  acrValues: z
    .union([z.array(acr).max(8), z.string().max(256)])
    .transform((asked) => (typeof asked === 'string' ? asked.split(' ').filter(Boolean) : asked))
    .pipe(z.array(acr))
    .exactOptional(),
  maxAge: z.int().min(0).exactOptional(),
});
const redeemBody = z.strictObject({
  token,
  accountId: z.string().min(1).max(128),
  action: z.string().min(1).max(64),
  parameters,
});

@ApiTags('tokens')
@Controller('v1/:rp')
export class TokensController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly queries: QueryBus,
  ) {}

  @Call({
    method: 'POST',
    path: 'tokens/introspect',
    summary:
      'Says whether a token is active (RFC 7662), for this very action where one is named. Changes nothing.',
    scope: 'step-up',
    body: introspectBody,
    answer: z.object({ active: z.boolean() }).catchall(z.unknown()),
    refusals: ['insufficient-user-authentication'],
  })
  async introspect(
    @Req() request: FastifyRequest,
    @ZodBody(introspectBody) body: z.infer<typeof introspectBody>,
  ): Promise<object> {
    const { acrValues = [], maxAge = null, ...named } = body;
    const { policy } = admittedOf(request);
    const query = new IntrospectTokenQuery(policy, named, { acrValues, maxAge });
    const { active: found, level, sufficient } = await this.queries.execute(query);
    if (found === null) return { active: false };
    if (!sufficient) {
      const challenge = insufficient(acrValues, maxAge);
      throw new Refused('insufficient-user-authentication', { challenge });
    }
    return {
      active: true,
      sub: found.accountId,
      aud: found.rp,
      exp: Math.floor(found.expiresAt / 1000),
      auth_time: Math.floor(found.authenticatedAt / 1000),
      token_type: found.kind,
      acr: level,
      ...(found.kind === 'step-up'
        ? { jti: found.stepUpId, action: found.action, txn_digest: found.transactionDigest }
        : { jti: found.sessionId, sid: found.sessionId }),
    };
  }

  @Call({
    method: 'POST',
    path: 'tokens/redeem',
    summary: 'Spends a step-up token for exactly the action and parameters that it names, once.',
    scope: 'step-up',
    body: redeemBody,
    answer: z.object({ redeemed: z.literal(true), position }),
    refusals: [
      'token-invalid',
      'account-not-found',
      'step-up-already-used',
      'step-up-not-found',
      'step-up-expired',
      'security-epoch-passed',
    ],
  })
  redeem(
    @Req() request: FastifyRequest,
    @ZodBody(redeemBody) body: z.infer<typeof redeemBody>,
  ): Promise<object> {
    return this.dispatcher.execute(request, new RedeemTokenCommand(commandContext(request), body));
  }
}

/** RFC 9470 §3, for the resource to pass on to its client as it is. */
function insufficient(acrValues: readonly string[], maxAge: number | null): string {
  return [
    'Bearer error="insufficient_user_authentication"',
    'error_description="A stronger or more recent sign-in is required"',
    ...(acrValues.length === 0 ? [] : [`acr_values="${acrValues.join(' ')}"`]),
    ...(maxAge === null ? [] : [`max_age=${maxAge}`]),
  ].join(', ');
}
