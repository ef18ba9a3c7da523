import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import { absent } from '../../domain/account/rules/absent.js';
import { openReset } from '../../domain/account/rules/resets.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type { ResetId, SubjectId } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { AccountAtHand } from '../accounts/account-commands.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { LivenessAnswer, LivenessProviders } from '../ports/liveness.js';
import { LIVENESS_PROVIDERS, LivenessUnavailable } from '../ports/liveness.js';
import type { LivenessRefusals } from '../ports/liveness-refusals.js';
import { answerRefusalOf, LIVENESS_REFUSALS } from '../ports/liveness-refusals.js';

export interface AskedLiveness {
  readonly resetId: ResetId;
  /** Whether there is still something to be asked. */
  readonly open: boolean;
}

/** Asks the provider about an open reset and puts its answer before the account. */
export class AskLivenessCommand extends Command<Outcome<AskedLiveness>> {
  constructor(
    readonly context: CommandContext,
    readonly subject: SubjectId,
    readonly resetId: ResetId,
  ) {
    super();
  }
}

@CommandHandler(AskLivenessCommand)
export class AskLivenessHandler implements ICommandHandler<AskLivenessCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(LIVENESS_PROVIDERS) private readonly providers: LivenessProviders,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LIVENESS_REFUSALS) private readonly refusals: LivenessRefusals,
  ) {}

  execute({ context, subject, resetId }: AskLivenessCommand): Promise<Outcome<AskedLiveness>> {
    return this.accounts.onSubject(context, subject, async (account) => {
      const state = await account.current();
      if (state.status !== 'enrolled') return refused(absent(state));
      const found = openReset(state, resetId, this.clock.now());
      if ('refused' in found) return refused(found.refused);
      const { level, provider, subject: person } = found.open;
      const asked = this.providers.of(context.policy);
      if (asked?.name !== provider) return refused(rejection('liveness-unavailable'));
      try {
        const { slug: rp } = context.policy;
        const answer = await asked.ask({ rp, account: subject, resetId, subject: person, level });
        const outcome = await this.heard(account, resetId, provider, answer);
        const refusal = outcome.ok ? undefined : answerRefusalOf(outcome.rejection);
        if (refusal !== undefined) this.refusals.answer(rp, refusal);
        return outcome;
      } catch (error) {
        if (error instanceof LivenessUnavailable) return refused(rejection('liveness-unavailable'));
        throw error;
      }
    });
  }

  private heard(
    account: AccountAtHand,
    resetId: ResetId,
    provider: string,
    answer: LivenessAnswer,
  ): Promise<Outcome<AskedLiveness>> {
    const at = this.clock.now();
    const after = (_events: unknown, state: EnrolledAccount): AskedLiveness => ({
      resetId,
      open: state.resets.open?.resetId === resetId,
    });
    switch (answer.outcome) {
      case 'pending':
        return account.tell({ resetId, open: true });
      case 'unusable':
        return Promise.resolve(refused(rejection('liveness-answer-refused', { reason: answer.why })));
      case 'expired':
        return account.decide({ type: 'expire-reset', at, resetId, reason: 'provider' }, after);
      case 'passed':
      case 'retry':
      case 'final': {
        const { outcome: verdict, ...said } = answer;
        const { sandboxCounts } = this.providers;
        return account.decide(
          { type: 'record-liveness-verdict', at, resetId, provider, verdict, sandboxCounts, ...said },
          after,
        );
      }
    }
  }
}
