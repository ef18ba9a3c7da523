import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { Factor, Purpose } from '../../domain/account/events.js';
import { absent } from '../../domain/account/rules/absent.js';
import type { CheckId, GrantHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export interface Attested {
  /** Only where the outcome was `passed`. */
  readonly grant?: string;
  readonly expiresAt?: Instant;
}

/** The relying party's own word on a factor that it checked. Its failures count towards the lock like ours. */
export class AttestSecurityCheckCommand extends Command<Outcome<Attested>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly body: {
      readonly factor: Factor;
      readonly purpose: Exclude<Purpose, 'step-up'>;
      readonly outcome: 'passed' | 'failed';
    },
  ) {
    super();
  }
}

@CommandHandler(AttestSecurityCheckCommand)
export class AttestSecurityCheckHandler implements ICommandHandler<AttestSecurityCheckCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, accountId, body }: AttestSecurityCheckCommand): Promise<Outcome<Attested>> {
    const at = this.clock.now();
    const expiresAt = at + context.policy.factors.grantLifetime;
    const grant = this.identifiers.secret();
    return this.accounts.onAccount<Attested>(context, accountId, async (account) => {
      const state = await account.state();
      if (state.status !== 'enrolled') return refused(absent(state));
      return account.decide(
        {
          type: 'prove-security-check',
          at,
          check: {
            checkId: as<CheckId>(this.identifiers.randomId()),
            factor: body.factor,
            purpose: body.purpose,
            stepUpId: null,
            securityEpoch: state.securityEpoch,
            expiresAt,
          },
          finding: { matches: body.outcome === 'passed', totpStep: null },
          on: 'relying-party-word',
          grantHash: as<GrantHash>(this.identifiers.sha256(grant)),
        },
        (events) => (events.some(({ type }) => type === 'SecurityCheckPassed') ? { grant, expiresAt } : {}),
        { takesDown: 'wrong-code' },
      );
    });
  }
}
