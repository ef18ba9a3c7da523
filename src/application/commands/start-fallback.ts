import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { Factor } from '../../domain/account/events.js';
import type { CheckId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { ContactNames } from '../accounts/contact-names.js';
import type { CommandContext } from '../accounts/context.js';
import { FallbackChecks } from '../accounts/fallback-checks.js';
import { GuessingBudgets } from '../accounts/guessing-budgets.js';
import { Idempotency } from '../accounts/idempotency.js';
import { invalid } from '../accounts/invalid-request.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { PresentedDevice } from '../accounts/presented-device.js';
import { tokenHashOf } from '../accounts/presented-device.js';
import type { Background } from '../ports/background.js';
import { BACKGROUND } from '../ports/background.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { ServiceKey } from '../ports/service-key.js';
import { SERVICE_KEY } from '../ports/service-key.js';

export interface StartedFallback {
  readonly checkId: CheckId;
  readonly expiresAt: Instant;
}

/**
 * The answer is given before anything is looked up: a known name, an unknown one, one of a locked account and one of an
 * account without that factor are answered by the same steps.
 */
export class StartFallbackCommand extends Command<Outcome<StartedFallback>> {
  constructor(
    readonly context: CommandContext,
    readonly body: {
      readonly accountId?: string;
      readonly identifier?: string;
      readonly factor: Factor;
      readonly device: PresentedDevice;
    },
  ) {
    super();
  }
}

@CommandHandler(StartFallbackCommand)
export class StartFallbackHandler implements ICommandHandler<StartFallbackCommand> {
  constructor(
    private readonly fallbacks: FallbackChecks,
    private readonly names: ContactNames,
    private readonly budgets: GuessingBudgets,
    private readonly idempotency: Idempotency,
    @Inject(BACKGROUND) private readonly background: Background,
    @Inject(SERVICE_KEY) private readonly key: ServiceKey,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, body }: StartFallbackCommand): Promise<Outcome<StartedFallback>> {
    const { accountId, identifier, factor, device } = body;
    const { policy } = context;
    if (accountId === undefined && identifier === undefined) {
      return invalid({ pointer: '', detail: 'must name an accountId or an identifier' });
    }
    // It is the policy's, and says nothing of any account.
    if (!policy.signIn.fallbacks.includes(factor)) return refused(rejection('factor-not-available'));
    return this.idempotency.once(context.idempotency, this.key, async (_commandId, remember) => {
      const name = accountId ?? this.names.comparable(identifier ?? '');
      const overspent = await this.budgets.beforeSendingTo(context, name);
      if (overspent !== undefined) return refused(overspent);
      const at = this.clock.now();
      const answer = {
        checkId: as<CheckId>(this.identifiers.randomId()),
        expiresAt: at + policy.factors.codeLifetime,
      };
      const deviceTokenHash = tokenHashOf(this.identifiers, device);
      const claim = { ...body, device: device.said, deviceTokenHash };
      await this.fallbacks.open(context, claim, answer);
      await remember?.({ position: 0 }, answer);
      const left = this.background.answerLeft();
      this.background.watch(this.fallbacks.prepareAfter(left, context, claim, { ...answer, at }));
      return { ok: true, answer, position: 0 };
    });
  }
}
