import { Controller, HttpStatus, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ConfirmFactorCommand } from '../../../application/commands/confirm-factor.js';
import type { PutAnswer } from '../../../application/commands/put-account.js';
import { PutAccountCommand } from '../../../application/commands/put-account.js';
import { ReinstateFactorCommand } from '../../../application/commands/reinstate-factor.js';
import { UnlockAccountCommand } from '../../../application/commands/unlock-account.js';
import { LANGUAGES } from '../../../domain/texts/language.js';
import { WithdrawProposalCommand } from '../../../application/commands/withdraw-proposal.js';
import { AccountHistoryQuery } from '../../../application/queries/account-history.js';
import { GetAccountQuery } from '../../../application/queries/get-account.js';
import { ListFactorsQuery } from '../../../application/queries/list-factors.js';
import { PortalSessions } from '../../web/portal-sessions.js';
import { readAs, ZodBody, ZodPipe } from '../body.js';
import { AFTER, Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { commandContext, stepUpTokenOf } from '../command-context.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { AccountIdPipe, cursorOf } from '../parameters.js';
import { codeFactor, factor as anyFactor, factorView, instant, position, purpose } from '../schemas.js';

const lockReason = z.enum(['too-many-failures', 'reset-disputed']);
const unlockBody = z.strictObject({ reason: lockReason.exactOptional() });

const putBody = z.strictObject({
  displayName: z.string().max(64).nullable().exactOptional(),
  locale: z
    .enum(LANGUAGES)
    .nullable()
    .exactOptional()
    .meta({ description: "Which language to write in; null for the product's own." }),
  phone: z.string().max(32).nullable().exactOptional(),
  email: z.string().max(254).nullable().exactOptional(),
  totp: z
    .union([z.strictObject({ enroll: z.literal(true) }), z.strictObject({ secret: z.string().max(256) })])
    .nullable()
    .exactOptional(),
  identifiers: z.array(z.string().trim().min(1).max(128)).max(10).exactOptional(),
  liveness: z
    .strictObject({ provider: z.string().min(1).max(64), subject: z.string().min(1).max(128) })
    .exactOptional(),
  grant: z.string().max(128).exactOptional(),
});

const putAnswer = z.object({
  accountId: z.string(),
  userHandle: z.string(),
  factors: z.array(factorView),
  totp: z.object({ otpauthUrl: z.string() }).optional(),
  position,
});

const accountAnswer = z.object({
  accountId: z.string(),
  userHandle: z.string(),
  displayName: z.string().nullable(),
  locale: z.enum(LANGUAGES).nullable(),
  status: z.enum(['active', 'locked']),
  factors: z.array(factorView),
  passkeyCount: z.int(),
  lockedUntil: instant.nullable(),
  lockReason: lockReason.nullable(),
  coolingOff: z.object({
    phoneChangeUntil: instant.nullable(),
    emailChangeUntil: instant.nullable(),
    resetUntil: instant.nullable(),
  }),
  resetRequired: z
    .boolean()
    .meta({ description: "The passkeys were reset: only a reset's secret adds the next." }),
  openReset: z
    .union([
      z.object({ resetId: z.string(), status: z.enum(['requested', 'retry']), expiresAt: instant }),
      z.object({ resetId: z.string(), status: z.literal('passed'), windowUntil: instant }),
    ])
    .nullable(),
  onboarding: z.object({ completed: z.boolean(), completedAt: instant.nullable() }),
  createdAt: instant,
});

const confirmBody = z.strictObject({ code: z.string().max(16).exactOptional() });
const factorsAnswer = z.object({
  factors: z.array(z.object({ factor: codeFactor, destination: z.string() })),
  advice: z.string().optional(),
  until: instant.optional(),
});
const historyAnswer = z.object({
  events: z.array(
    z.object({
      revision: z.int(),
      eventId: z.string(),
      type: z.string(),
      at: instant,
      actor: z.string(),
      correlationId: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  next: z.int().optional(),
});

@ApiTags('accounts')
@Controller('v1/:rp/accounts/:accountId')
export class AccountsController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sessions: PortalSessions,
  ) {}

  @Call({
    method: 'PUT',
    path: '',
    summary: 'Makes an account or changes it; absent members stay, null removes.',
    scope: 'accounts',
    stepUp: true,
    body: putBody,
    answer: putAnswer,
    refusals: [
      'identifier-taken',
      'step-up-required',
      'step-up-method-missing',
      'grant-not-found',
      'grant-spent',
      'factor-in-use',
      'last-way-in',
    ],
  })
  async put(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(putBody) body: z.infer<typeof putBody>,
  ): Promise<Omit<PutAnswer, 'created'> & { position: string }> {
    const stepUpToken = stepUpTokenOf(request);
    const command = new PutAccountCommand(commandContext(request), accountId, body, stepUpToken);
    const { created, ...answer } = await this.dispatcher.execute(request, command);
    reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return answer;
  }

  @Call({
    method: 'GET',
    path: '',
    summary: 'The account as it stands: factors, passkey count, lock, cooling-off, open reset, onboarding.',
    scope: 'accounts',
    page: true,
    query: AFTER,
    answer: accountAnswer,
    refusals: ['account-not-found', 'position-invalid', 'position-not-reached'],
  })
  get(@Req() request: FastifyRequest, @Param('accountId', AccountIdPipe) accountId: string): Promise<object> {
    const { policy } = admittedOf(request);
    return this.dispatcher.ask(new GetAccountQuery(policy, accountId, this.dispatcher.after(request)));
  }

  @Call({
    method: 'POST',
    path: 'factors/:factor/confirm',
    summary: 'Confirms a proposed factor by its code; without a code, sends another.',
    scope: 'accounts',
    page: true,
    body: confirmBody,
    answer: z.object({ factors: z.array(factorView), position }),
    refusals: [
      'account-not-found',
      'already-confirmed',
      'check-not-found',
      'check-expired',
      'proposal-expired',
      'wrong-code',
      'account-locked',
    ],
  })
  async confirm(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('factor', new ZodPipe(codeFactor, '/factor')) factor: z.infer<typeof codeFactor>,
    @ZodBody(confirmBody) body: z.infer<typeof confirmBody>,
  ): Promise<object> {
    const command = new ConfirmFactorCommand(commandContext(request), accountId, factor, body.code);
    const { securityEpoch, ...answer } = await this.dispatcher.execute(request, command);
    const byPage = admittedOf(request).caller.kind === 'page';
    if (byPage && securityEpoch !== null) await this.sessions.outliveChange(request, securityEpoch);
    return answer;
  }

  @Call({
    method: 'DELETE',
    path: 'factors/:factor/proposal',
    summary: 'Takes back a factor that waits for its confirmation.',
    scope: 'accounts',
    page: true,
    answer: z.object({ factors: z.array(factorView), position }),
    refusals: ['account-not-found', 'proposal-not-found'],
  })
  withdraw(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('factor', new ZodPipe(codeFactor, '/factor')) factor: z.infer<typeof codeFactor>,
  ): Promise<object> {
    const command = new WithdrawProposalCommand(commandContext(request), accountId, factor);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'POST',
    path: 'factors/:factor/reinstate',
    summary: 'Lets a factor count again that too many wrong entries in a row have disabled.',
    scope: 'admin',
    answer: z.object({ position }),
    refusals: ['account-not-found'],
  })
  reinstate(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @Param('factor', new ZodPipe(anyFactor, '/factor')) factor: z.infer<typeof anyFactor>,
  ): Promise<object> {
    const command = new ReinstateFactorCommand(commandContext(request), accountId, factor);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'GET',
    path: 'factors',
    summary:
      'The factors that may be chosen now for a purpose, with masked destinations; or what to do without one.',
    scope: 'accounts',
    page: true,
    query: { ...AFTER, purpose: 'bind-passkey (assumed), sign-in, step-up or change-factors.' },
    answer: factorsAnswer,
    refusals: ['account-not-found', 'request-invalid'],
  })
  factors(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    const { purpose: named = 'bind-passkey' } = request.query as { purpose?: unknown };
    const asked = readAs(purpose, named, '/purpose');
    const after = this.dispatcher.after(request);
    return this.dispatcher.ask(new ListFactorsQuery(policy, accountId, after, asked, languageOf(request)));
  }

  @Call({
    method: 'POST',
    path: 'unlock',
    summary:
      'Lifts the lock that is named, no other; without a reason that of wrong entries, never a dispute.',
    scope: 'admin',
    body: unlockBody,
    answer: z.object({ position }),
    refusals: ['account-not-found', 'account-locked'],
  })
  unlock(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
    @ZodBody(unlockBody) { reason = 'too-many-failures' }: z.infer<typeof unlockBody>,
  ): Promise<object> {
    const command = new UnlockAccountCommand(commandContext(request), accountId, reason);
    return this.dispatcher.execute(request, command);
  }

  @Call({
    method: 'GET',
    path: 'history',
    summary: 'What happened to the account, oldest first, a page of a hundred events at a time.',
    scope: 'accounts',
    page: true,
    query: { ...AFTER, cursor: 'The `next` of the page before.' },
    answer: historyAnswer,
    refusals: ['account-not-found', 'position-invalid', 'position-not-reached'],
  })
  history(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    const { policy } = admittedOf(request);
    const after = this.dispatcher.after(request);
    return this.dispatcher.ask(new AccountHistoryQuery(policy, accountId, after, cursorOf(request)));
  }
}
