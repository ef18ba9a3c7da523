import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { CodeFactor } from '../../domain/account/events.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { FactorView } from '../accounts/factor-views.js';
import { FactorViews } from '../accounts/factor-views.js';
import type { Outcome } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

/** Takes back a factor that waits for its confirmation. */
export class WithdrawProposalCommand extends Command<Outcome<{ readonly factors: readonly FactorView[] }>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly factor: CodeFactor,
  ) {
    super();
  }
}

@CommandHandler(WithdrawProposalCommand)
export class WithdrawProposalHandler implements ICommandHandler<WithdrawProposalCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly factors: FactorViews,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({
    context,
    accountId,
    factor,
  }: WithdrawProposalCommand): Promise<Outcome<{ readonly factors: readonly FactorView[] }>> {
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide(
        { type: 'withdraw-proposal', at: this.clock.now(), factor, why: 'asked' },
        (_events, after) => ({ factors: this.factors.of(after) }),
      ),
    );
  }
}
