import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { GrantHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import { OpenChecks } from '../accounts/open-checks.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

export interface Granted {
  /** Handed out once: only its hash is kept. */
  readonly grant: string;
  readonly expiresAt: Instant;
}

export class VerifySecurityCheckCommand extends Command<Outcome<Granted>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly checkId: string,
    readonly code: string,
  ) {
    super();
  }
}

@CommandHandler(VerifySecurityCheckCommand)
export class VerifySecurityCheckHandler implements ICommandHandler<VerifySecurityCheckCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly checks: OpenChecks,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, checkId, code }: VerifySecurityCheckCommand): Promise<Outcome<Granted>> {
    const at = this.clock.now();
    const grant = this.identifiers.secret();
    return this.accounts.onAccount(context, accountId, async (account) => {
      const overspent = await this.checks.beforeGuess(context);
      if (overspent !== undefined) return refused(overspent);
      const check = await this.checks.find(account, checkId);
      // The check that confirms a proposed factor is kept beside these, under another name: it is not one of them.
      if (check?.checkId !== checkId) return refused(rejection('check-not-found'));
      return account.decide(
        {
          type: 'prove-security-check',
          at,
          check,
          finding: this.checks.compare(check, code, at),
          on: 'code',
          grantHash: as<GrantHash>(this.identifiers.sha256(grant)),
        },
        () => ({ grant, expiresAt: at + context.policy.factors.grantLifetime }),
      );
    });
  }
}
