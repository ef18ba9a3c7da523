import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { EnrolledAccount, SignInApproval } from '../../domain/account/state.js';
import { approvalNamed, approvalStatus } from '../../domain/account/rules/sign-in-approval.js';
import type { AccountId, ApprovalId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { AccountCommands } from '../accounts/account-commands.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import { SignInAnswers } from '../accounts/sign-in-answers.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export interface CollectedSignIn {
  readonly status: SignInApproval['status'];
  /** These only once, for the first to ask after the approval. */
  readonly accountId?: AccountId;
  readonly token?: string;
  readonly deviceToken?: string;
  /** While a recovery waits. */
  readonly approvedFrom?: Instant;
  readonly expiresAt: Instant;
}

/** Asked again and again by the new device. It changes nothing until there is something to collect. */
export class CollectSignInCommand extends Command<Outcome<CollectedSignIn>> {
  constructor(
    readonly context: CommandContext,
    /** Null where the path names none: the secret says whose it is. */
    readonly accountId: string | null,
    readonly approvalId: string,
    readonly secret: string,
  ) {
    super();
  }
}

@CommandHandler(CollectSignInCommand)
export class CollectSignInHandler implements ICommandHandler<CollectSignInCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly directory: AccountDirectory,
    private readonly answers: SignInAnswers,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({
    context,
    accountId,
    approvalId: named,
    secret,
  }: CollectSignInCommand): Promise<Outcome<CollectedSignIn>> {
    const { policy } = context;
    const at = this.clock.now();
    const subject = this.answers.subjectOf(policy, named, secret);
    const isItsOwn =
      accountId === null || (await this.directory.subjectOfAccount(policy.slug, accountId)) === subject;
    if (subject === undefined || !isItsOwn) return refused(rejection('approval-not-found'));
    const approvalId = as<ApprovalId>(named);
    const deviceToken = this.identifiers.secret();
    return this.accounts.onSubject(context, subject, (account) =>
      account.decide(
        {
          type: 'collect-sign-in',
          at,
          approvalId,
          secretHash: this.answers.hash(secret),
          tokenHash: this.answers.hash(deviceToken),
        },
        (events, after) => {
          const collected = events.some(({ type }) => type === 'DeviceTrusted');
          return this.answer(policy, after, approvalId, at, collected ? deviceToken : null);
        },
      ),
    );
  }

  private async answer(
    policy: RelyingParty,
    account: EnrolledAccount,
    approvalId: ApprovalId,
    at: Instant,
    deviceToken: string | null,
  ): Promise<CollectedSignIn> {
    const approval = approvalNamed(account, approvalId);
    if (approval === undefined) throw new Error('a sign-in was collected that is not there');
    const { approvedFrom, expiresAt, requestedAt } = approval;
    const status = approvalStatus(account, approval, at);
    if (deviceToken === null) {
      return { status, ...(status === 'recovering' && approvedFrom !== null && { approvedFrom }), expiresAt };
    }
    const session = { ...approval, authenticatedAt: requestedAt };
    const token = await this.answers.token(policy, account, session, at);
    // To the device that gets them it is approved; to whoever asks again it was collected.
    const whose = as<AccountId>(account.accountId);
    return { status: 'approved', accountId: whose, token, deviceToken, expiresAt };
  }
}
