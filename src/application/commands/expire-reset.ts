import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ResetId, SubjectId } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

/** What the timer of a reset comes to. */
export class ExpireResetCommand extends Command<Outcome<object>> {
  constructor(
    readonly context: CommandContext,
    readonly subject: SubjectId,
    readonly resetId: ResetId,
  ) {
    super();
  }
}

@CommandHandler(ExpireResetCommand)
export class ExpireResetHandler implements ICommandHandler<ExpireResetCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, subject, resetId }: ExpireResetCommand): Promise<Outcome<object>> {
    return this.accounts.onSubject(context, subject, (account) =>
      account.decide({ type: 'expire-reset', at: this.clock.now(), resetId, reason: 'time' }, () => ({})),
    );
  }
}
