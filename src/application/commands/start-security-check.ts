import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { CodeFactor, Purpose } from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/evolve.js';
import { absent } from '../../domain/account/rules/absent.js';
import type { CheckId, StepUpId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { describeAction } from '../../domain/policy/action-text.js';
import { actionNamed } from '../../domain/policy/relying-party.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import { MaskedDestinations } from '../accounts/masked-destinations.js';
import { OpenChecks } from '../accounts/open-checks.js';
import type { OpenStepUp } from '../accounts/open-step-ups.js';
import { OPEN_STEP_UPS } from '../accounts/open-step-ups.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { SealedRecords } from '../accounts/sealed-records.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { CodeUse } from '../ports/messaging.js';

export interface StartedCheck {
  readonly checkId: CheckId;
  readonly factor: CodeFactor;
  /** Masked. */
  readonly destination: string;
  readonly expiresAt: Instant;
}

export class StartSecurityCheckCommand extends Command<Outcome<StartedCheck>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly body: { readonly factor: CodeFactor; readonly purpose: Purpose; readonly stepUpId?: string },
  ) {
    super();
  }
}

@CommandHandler(StartSecurityCheckCommand)
export class StartSecurityCheckHandler implements ICommandHandler<StartSecurityCheckCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly checks: OpenChecks,
    private readonly destinations: MaskedDestinations,
    @Inject(OPEN_STEP_UPS) private readonly stepUps: SealedRecords<OpenStepUp>,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, accountId, body }: StartSecurityCheckCommand): Promise<Outcome<StartedCheck>> {
    const { factor, purpose } = body;
    const { policy } = context;
    const at = this.clock.now();
    return this.accounts.onAccount(context, accountId, async (account) => {
      const state = await account.state();
      if (state.status !== 'enrolled') return refused(absent(state));
      const locale = state.locale ?? policy.texts.locale;
      let use: CodeUse = { kind: purpose === 'step-up' ? 'sign-in' : purpose };
      let stepUp: OpenStepUp | undefined;
      if (purpose === 'step-up') {
        stepUp = await this.stepUps.find(account, body.stepUpId ?? '');
        const action = stepUp && actionNamed(policy, stepUp.action);
        if (stepUp === undefined || action === undefined) return refused(rejection('step-up-not-found'));
        if (stepUp.expiresAt <= at) return refused(rejection('step-up-expired'));
        use = { kind: 'step-up', approves: describeAction(action, stepUp.parameters, locale) };
      }
      const value = state.contacts[CONTACT_OF[factor]];
      if (value === undefined) return refused(rejection('factor-not-available'));

      const check = {
        checkId: as<CheckId>(this.identifiers.randomId()),
        factor,
        purpose,
        stepUpId: purpose === 'step-up' ? as<StepUpId>(body.stepUpId ?? '') : null,
        securityEpoch: state.securityEpoch,
        expiresAt: at + policy.factors.codeLifetime,
        value,
      };
      return account.decide(
        { type: 'start-security-check', at, factor, purpose, stepUp: stepUp ?? null },
        () => ({
          checkId: check.checkId,
          factor,
          destination: this.destinations.of(factor, value),
          expiresAt: check.expiresAt,
        }),
        { effect: () => this.checks.open(account, check.checkId, check, context, use, locale) },
      );
    });
  }
}
