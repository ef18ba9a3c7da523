import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import type { Signals } from '../accounts/signals.js';
import { acceptedCredentials } from '../accounts/signals.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

export interface Removed {
  readonly signals: Signals;
}

export class RemovePasskeyCommand extends Command<Outcome<Removed>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly passkeyId: string,
    readonly stepUpToken: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(RemovePasskeyCommand)
export class RemovePasskeyHandler implements ICommandHandler<RemovePasskeyCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly proofs: StepUpProofs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({
    context,
    accountId,
    passkeyId,
    stepUpToken,
  }: RemovePasskeyCommand): Promise<Outcome<Removed>> {
    const at = this.clock.now();
    const named = { accountId, action: 'remove-passkey', parameters: { passkeyId } };
    const proof = await this.proofs.offered(stepUpToken, context.policy, named, at);
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide(
        {
          type: 'remove-passkey',
          at,
          passkeyId: as<PasskeyId>(passkeyId),
          proof,
        },
        (_events, after) => ({ signals: acceptedCredentials(context.policy, after) }),
      ),
    );
  }
}
