import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { LockReason } from '../../domain/account/events.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

export class UnlockAccountCommand extends Command<Outcome<object>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly reason: LockReason,
  ) {
    super();
  }
}

@CommandHandler(UnlockAccountCommand)
export class UnlockAccountHandler implements ICommandHandler<UnlockAccountCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, reason }: UnlockAccountCommand): Promise<Outcome<object>> {
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide({ type: 'unlock-account', at: this.clock.now(), reason }, () => ({})),
    );
  }
}
