import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ResetId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

export interface StoppedReset {
  readonly resetId: ResetId;
  readonly status: 'cancelled' | 'disputed';
}

/** By the proof of a passkey: an old one cancels before the check is passed, and disputes after it. */
export class StopResetCommand extends Command<Outcome<StoppedReset>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly resetId: string,
    readonly action: 'cancel-reset' | 'dispute-reset',
    readonly stepUpToken: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(StopResetCommand)
export class StopResetHandler implements ICommandHandler<StopResetCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly proofs: StepUpProofs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(command: StopResetCommand): Promise<Outcome<StoppedReset>> {
    const { context, accountId, action, stepUpToken } = command;
    const resetId = as<ResetId>(command.resetId);
    const at = this.clock.now();
    const named = { accountId, action, parameters: { resetId } };
    const proof = await this.proofs.offered(stepUpToken, context.policy, named, at);
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide(
        {
          type: action,
          at,
          resetId,
          proof,
        },
        () => ({ resetId, status: action === 'cancel-reset' ? 'cancelled' : 'disputed' }),
      ),
    );
  }
}
