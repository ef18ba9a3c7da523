import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { CodeFactor } from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/evolve.js';
import { absent } from '../../domain/account/rules/absent.js';
import type { CheckId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { proposalExpired } from '../../domain/account/rules/proposals.js';
import { rejection } from '../../domain/kernel/rejection.js';
import { AccountCommands } from '../accounts/account-commands.js';
import { ContactNames } from '../accounts/contact-names.js';
import type { CommandContext } from '../accounts/context.js';
import { confirmationOf } from '../accounts/factor-confirmation.js';
import type { FactorView } from '../accounts/factor-views.js';
import { FactorViews } from '../accounts/factor-views.js';
import { OpenChecks } from '../accounts/open-checks.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export interface ConfirmAnswer {
  readonly factors: readonly FactorView[];
  /** The epoch that the confirmation began; null where only a code was sent. */
  readonly securityEpoch: number | null;
}

/** Confirms a proposed factor by its code; without one, sends another. */
export class ConfirmFactorCommand extends Command<Outcome<ConfirmAnswer>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly factor: CodeFactor,
    readonly code: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(ConfirmFactorCommand)
export class ConfirmFactorHandler implements ICommandHandler<ConfirmFactorCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly names: ContactNames,
    private readonly checks: OpenChecks,
    private readonly factors: FactorViews,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, accountId, factor, code }: ConfirmFactorCommand): Promise<Outcome<ConfirmAnswer>> {
    return this.accounts.onAccount<ConfirmAnswer>(context, accountId, async (account) => {
      const at = this.clock.now();
      const before = await account.state();
      if (before.status !== 'enrolled') return refused(absent(before));
      const id = `confirm-${factor}`;

      if (code === undefined) {
        const proposed = before.proposed[CONTACT_OF[factor]];
        if (proposed === undefined) return refused(rejection('check-not-found'));
        if (proposalExpired(before, context.policy, factor, at))
          return refused(rejection('proposal-expired'));
        const checkId = as<CheckId>(this.identifiers.randomId());
        const check = confirmationOf(checkId, factor, proposed, before, context.policy, at);
        const locale = before.locale ?? context.policy.texts.locale;
        const use = { kind: 'confirm-factor' } as const;
        const failed = await this.checks.open(account, id, check, context, use, locale);
        if (failed !== undefined) return refused(failed);
        return account.tell({ factors: this.factors.of(before), securityEpoch: null });
      }

      const overspent = await this.checks.beforeGuess(context);
      if (overspent !== undefined) return refused(overspent);
      const check = await this.checks.find(account, id);
      if (check === undefined) {
        return refused(rejection(before.factors.includes(factor) ? 'already-confirmed' : 'check-not-found'));
      }
      // Claimed before it counts: whoever confirms it second finds it taken.
      const finding = this.checks.compare(check, code, at);
      if (
        finding.matches &&
        factor !== 'totp' &&
        !(await this.names.claimName(account.address, check.value))
      ) {
        return refused(rejection('identifier-taken'));
      }
      const outcome = await account.decide(
        { type: 'confirm-factor', at, factor, check, value: check.value, finding },
        (_events, after) => ({ factors: this.factors.of(after), securityEpoch: after.securityEpoch }),
      );
      const after = await account.state();
      if (outcome.ok && after.status === 'enrolled') {
        await this.names.releaseGivenUp(account.address, before, after);
      }
      return outcome;
    });
  }
}
