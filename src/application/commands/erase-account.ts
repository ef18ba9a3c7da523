import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ReceiptId } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { AccountAddress } from '../accounts/account-address.js';
import { accountStream } from '../accounts/account-address.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import type { CommandContext } from '../accounts/context.js';
import { DecisionExecutor } from '../accounts/execute-decision.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import { Erasures } from '../erasure/erasures.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { AccountKey, Keyring } from '../ports/keyring.js';
import { KEYRING } from '../ports/keyring.js';

export interface ErasureAnswer {
  readonly receipt: string;
  readonly receiptId: ReceiptId;
  readonly erasedAt: Instant;
  readonly completedAt: Instant;
}

export class EraseAccountCommand extends Command<Outcome<ErasureAnswer>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
  ) {
    super();
  }
}

/**
 * Erases an account and gives the receipt; asked again, it gives the receipt again. So it needs no remembered answer, which
 * could be sealed under no key but the one that is destroyed.
 */
@CommandHandler(EraseAccountCommand)
export class EraseAccountHandler implements ICommandHandler<EraseAccountCommand> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly executor: DecisionExecutor,
    private readonly erasures: Erasures,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, accountId }: EraseAccountCommand): Promise<Outcome<ErasureAnswer>> {
    const rp = context.policy.slug;
    const subject = await this.directory.subjectOfAccount(rp, accountId);
    if (subject === undefined) return refused(rejection('account-not-found'));
    const address = { rp, subject };
    const key = await this.keyring.find(subject);
    if (key !== undefined) {
      const { rejection: refusal } = await this.end(context, address, key);
      if (refusal !== undefined) return refused(refusal);
    } else if (!(await this.keyring.isDestroyed(subject))) {
      return refused(rejection('account-not-found'));
    }
    const finished = await this.erasures.finish(address, context.correlationId);
    if (finished === undefined) return refused(rejection('erasure-under-way'));
    const { completedAt, erasedAt, position, receipt, receiptId } = finished;
    return { ok: true, answer: { receipt, receiptId, erasedAt, completedAt }, position };
  }

  private end(
    { actor, correlationId, endUser, policy }: CommandContext,
    address: AccountAddress,
    key: AccountKey,
  ) {
    return this.executor.execute({
      stream: accountStream(address),
      key,
      policy,
      cause: { actor, correlationId, endUser },
      commandId: this.identifiers.commandId(),
      command: {
        type: 'erase-account',
        at: this.clock.now(),
        receiptId: this.erasures.receiptIdOf(address),
      },
      beforeAppend: () => undefined,
    });
  }
}
