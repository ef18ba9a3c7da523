import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ApprovalId, GrantHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { SignInAnswers } from '../accounts/sign-in-answers.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export interface RecoveryStarted {
  readonly status: 'recovering';
  /** When the sign-in may be collected, unless it is denied before. */
  readonly approvedFrom: Instant;
  readonly expiresAt: Instant;
}

/** Every trusted device is lost: another factor, and a wait in which the owner is told. */
export class RecoverSignInCommand extends Command<Outcome<RecoveryStarted>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly approvalId: string,
    readonly secret: string,
    readonly grant: string,
  ) {
    super();
  }
}

@CommandHandler(RecoverSignInCommand)
export class RecoverSignInHandler implements ICommandHandler<RecoverSignInCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly answers: SignInAnswers,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, ...command }: RecoverSignInCommand): Promise<Outcome<RecoveryStarted>> {
    const at = this.clock.now();
    return this.accounts.onAccount<RecoveryStarted>(context, accountId, (account) =>
      account.decide(
        {
          type: 'recover-sign-in',
          at,
          approvalId: as<ApprovalId>(command.approvalId),
          secretHash: this.answers.hash(command.secret),
          grantHash: as<GrantHash>(this.identifiers.sha256(command.grant)),
        },
        (events) => {
          const started = events.find((event) => event.type === 'SignInRecoveryStarted');
          if (started === undefined) throw new Error('a recovery was accepted without its event');
          const { approvedFrom, collectBy } = started.data;
          return { status: 'recovering', approvedFrom, expiresAt: collectBy };
        },
      ),
    );
  }
}
