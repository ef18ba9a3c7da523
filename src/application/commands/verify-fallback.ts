import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { SignInByFallback } from '../../domain/account/commands.js';
import type { GrantHash, SessionId, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { RejectionCode } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { FallbackCheck } from '../accounts/fallback-checks.js';
import { FallbackChecks } from '../accounts/fallback-checks.js';
import { FallbackFailures } from '../accounts/fallback-failures.js';
import { OpenChecks } from '../accounts/open-checks.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { SignInAnswer } from '../accounts/sign-in-answers.js';
import { SignInAnswers } from '../accounts/sign-in-answers.js';
import type { Background } from '../ports/background.js';
import { BACKGROUND } from '../ports/background.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export class VerifyFallbackCommand extends Command<Outcome<SignInAnswer>> {
  constructor(
    readonly context: CommandContext,
    readonly checkId: string,
    /** The code that was sent, or the grant for which the product gave its word. */
    readonly shown: { readonly code: string } | { readonly grant: string },
  ) {
    super();
  }
}

/** What may be said once the right code was shown; everything else is a wrong code to whoever enters one. */
const SAID_TO_THE_OWNER: ReadonlySet<RejectionCode> = new Set([
  'approval-paused',
  'approval-pending',
  'idempotency-key-reused',
]);

/** What may be said to whoever shows a grant that the account gave for signing in; to all others it is unknown. */
const SAID_TO_GRANTEES: ReadonlySet<RejectionCode> = new Set([
  ...SAID_TO_THE_OWNER,
  'account-locked',
  'grant-expired',
  'grant-spent',
  'security-epoch-passed',
]);

/**
 * A wrong code is answered by the same steps for every check, those of no account included: that it is to be counted is on disk
 * before, and it is counted when the answer has left. A right one waits until every wrong one before it is counted, so
 * that a lock that is due comes first.
 */
@CommandHandler(VerifyFallbackCommand)
export class VerifyFallbackHandler implements ICommandHandler<VerifyFallbackCommand> {
  constructor(
    private readonly fallbacks: FallbackChecks,
    private readonly failures: FallbackFailures,
    private readonly accounts: AccountCommands,
    private readonly checks: OpenChecks,
    private readonly answers: SignInAnswers,
    @Inject(BACKGROUND) private readonly background: Background,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, checkId, shown }: VerifyFallbackCommand): Promise<Outcome<SignInAnswer>> {
    const at = this.clock.now();
    const overspent = await this.checks.beforeGuess(context);
    if (overspent !== undefined) return refused(overspent);
    const check = await this.fallbacks.read(context.policy, checkId);
    if (check === undefined) return refused(rejection('check-not-found'));
    const repeated = await this.repeated(context, check);
    if (repeated !== undefined) return repeated;
    if (check.expiresAt <= at) return refused(rejection('check-expired'));
    return 'grant' in shown
      ? this.byGrant(context, check, shown.grant, at)
      : this.byCode(context, check, shown.code, at);
  }

  /**
   * The first answer to a command that comes again, or that its key was used for another. Asked where somebody has signed in by the
   * check, and never before: whose check it is shows in nothing until then.
   */
  private async repeated(
    context: CommandContext,
    { answered, subject }: FallbackCheck,
  ): Promise<Outcome<SignInAnswer> | undefined> {
    if (answered !== true || subject === null || context.idempotency === null) return undefined;
    const outcome = await this.accounts.onSubject<SignInAnswer>(context, subject, () =>
      Promise.resolve(refused(rejection('wrong-code'))),
    );
    return outcome.ok || outcome.rejection.code === 'idempotency-key-reused' ? outcome : undefined;
  }

  private async byCode(
    context: CommandContext,
    fallback: FallbackCheck,
    code: string,
    at: Instant,
  ): Promise<Outcome<SignInAnswer>> {
    const taken = await this.fallbacks.takeGuess(context.policy, fallback, code);
    if ('refused' in taken) return refused(taken.refused);
    const { check, subject } = fallback;
    const { place } = taken;
    const finding = check && this.checks.compare(check, code, at);
    if (check === null || finding?.matches !== true || subject === null) {
      return this.wrong(context, fallback, { place, at });
    }
    const grantHash = as<GrantHash>(this.identifiers.sha256(this.identifiers.secret()));
    const proof = { kind: 'code', check, finding, grantHash } as const;
    await this.failures.count(context, fallback, { place: place - 1, at });
    const outcome = await this.failures.inOrder(fallback, () =>
      this.signIn(context, subject, fallback, proof, at),
    );
    return outcome.ok || SAID_TO_THE_OWNER.has(outcome.rejection.code)
      ? outcome
      : refused(rejection('wrong-code'));
  }

  /** That it was wrong is on disk before it is said; against whom it counts is looked up when it was. */
  private async wrong(
    context: CommandContext,
    fallback: FallbackCheck,
    guess: { readonly place: number; readonly at: Instant },
  ): Promise<Outcome<never>> {
    await this.failures.promise(context, fallback, guess);
    const counted = this.background.answerLeft().then(() => this.failures.count(context, fallback, guess));
    this.background.watch(counted);
    return refused(rejection('wrong-code'));
  }

  private async byGrant(
    context: CommandContext,
    { checkId }: FallbackCheck,
    grant: string,
    at: Instant,
  ): Promise<Outcome<SignInAnswer>> {
    const unknown = refused(rejection('grant-not-found'));
    const check = await this.fallbacks.readPrepared(context.policy, checkId);
    if (check === undefined || check.subject === null) return unknown;
    const { subject, factor } = check;
    const grantHash = as<GrantHash>(this.identifiers.sha256(grant));
    const proof = { kind: 'grant', factor, grantHash } as const;
    const outcome = await this.signIn(context, subject, check, proof, at);
    return outcome.ok || SAID_TO_GRANTEES.has(outcome.rejection.code) ? outcome : unknown;
  }

  private async signIn(
    context: CommandContext,
    subject: SubjectId,
    check: FallbackCheck,
    proof: SignInByFallback['proof'],
    at: Instant,
  ): Promise<Outcome<SignInAnswer>> {
    const { policy } = context;
    const { factor, device, deviceTokenHash } = check;
    const sessionId = as<SessionId>(this.identifiers.randomId());
    const outcome = await this.accounts.onSubject<SignInAnswer>(context, subject, (account) => {
      const secrets = this.answers.strangerAt(policy, subject);
      const stranger = secrets?.stranger ?? null;
      return account.decide(
        { type: 'sign-in-by-fallback', at, proof, sessionId, device, deviceTokenHash, stranger },
        (events, after) => {
          const signedIn = events.find((event) => event.type === 'SignedInByFallback');
          const session = {
            sessionId,
            method: factor,
            passkeyId: null,
            deviceId: signedIn?.data.deviceId ?? null,
            authenticatedAt: at,
          };
          return this.answers.answer(policy, after, events, session, secrets);
        },
      );
    });
    if (outcome.ok && context.idempotency !== null && check.answered !== true) {
      await this.fallbacks.noteAnswered(context, check, subject, at);
    }
    return outcome;
  }
}
