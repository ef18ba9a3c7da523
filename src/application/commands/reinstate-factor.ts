import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { Factor } from '../../domain/account/events.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

/** Lets a factor count again that too many wrong entries in a row have disabled. */
export class ReinstateFactorCommand extends Command<Outcome<object>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly factor: Factor,
  ) {
    super();
  }
}

@CommandHandler(ReinstateFactorCommand)
export class ReinstateFactorHandler implements ICommandHandler<ReinstateFactorCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, factor }: ReinstateFactorCommand): Promise<Outcome<object>> {
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide({ type: 'reinstate-factor', at: this.clock.now(), factor }, () => ({})),
    );
  }
}
