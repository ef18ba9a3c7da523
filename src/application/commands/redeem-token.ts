import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import { rejection } from '../../domain/kernel/rejection.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

export interface Redeemed {
  readonly redeemed: true;
}

/** Spends a proof: that it is spent is on disk before the answer, so that no second call can win (invariant 11). */
export class RedeemTokenCommand extends Command<Outcome<Redeemed>> {
  constructor(
    readonly context: CommandContext,
    readonly body: {
      readonly token: string;
      readonly accountId: string;
      readonly action: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    },
  ) {
    super();
  }
}

@CommandHandler(RedeemTokenCommand)
export class RedeemTokenHandler implements ICommandHandler<RedeemTokenCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly proofs: StepUpProofs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, body }: RedeemTokenCommand): Promise<Outcome<Redeemed>> {
    const at = this.clock.now();
    const token = await this.proofs.read(body.token, context.policy, body, at);
    if (token === undefined) return refused(rejection('token-invalid'));
    return this.accounts.onAccount(context, body.accountId, (account) =>
      account.decide(
        {
          type: 'redeem-step-up',
          at,
          stepUpId: token.stepUpId,
          action: token.action,
          transactionDigest: token.transactionDigest,
        },
        () => ({ redeemed: true }),
      ),
    );
  }
}
