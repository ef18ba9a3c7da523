import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { DecideSignInApproval } from '../../domain/account/commands.js';
import type { ApprovalId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import type { PresentedDevice } from '../accounts/presented-device.js';
import { tokenHashOf } from '../accounts/presented-device.js';
import { SignInAnswers } from '../accounts/sign-in-answers.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export interface DecidedApproval {
  readonly approvalId: ApprovalId;
  readonly status: 'approved' | 'denied';
}

export class DecideSignInApprovalCommand extends Command<Outcome<DecidedApproval>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly approvalId: string,
    readonly body: {
      readonly decision: 'approve' | 'deny';
      readonly matchNumber?: string;
      readonly device: PresentedDevice;
    },
    readonly stepUpToken: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(DecideSignInApprovalCommand)
export class DecideSignInApprovalHandler implements ICommandHandler<DecideSignInApprovalCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly proofs: StepUpProofs,
    private readonly answers: SignInAnswers,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(command: DecideSignInApprovalCommand): Promise<Outcome<DecidedApproval>> {
    const { context, accountId, body } = command;
    const at = this.clock.now();
    const approvalId = as<ApprovalId>(command.approvalId);
    const decision =
      body.decision === 'deny' ? ({ kind: 'deny' } as const) : await this.approval(command, at);
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide({ type: 'decide-sign-in-approval', at, approvalId, decision }, () => ({
        approvalId,
        status: body.decision === 'deny' ? 'denied' : 'approved',
      })),
    );
  }

  private async approval(
    { context, accountId, approvalId, body, stepUpToken }: DecideSignInApprovalCommand,
    at: number,
  ): Promise<DecideSignInApproval['decision']> {
    const named = { accountId, action: 'approve-sign-in', parameters: { approvalId } };
    return {
      kind: 'approve',
      numberMatches: body.matchNumber === this.answers.matchNumber(context.policy, as(approvalId)),
      stepUpId: await this.proofs.spendable(stepUpToken, context.policy, named, at),
      deviceTokenHash: tokenHashOf(this.identifiers, body.device),
    };
  }
}
