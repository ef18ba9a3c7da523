import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

export interface Renamed {
  readonly passkey: { readonly passkeyId: PasskeyId; readonly name: string };
}

export class RenamePasskeyCommand extends Command<Outcome<Renamed>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly passkeyId: string,
    readonly name: string,
  ) {
    super();
  }
}

@CommandHandler(RenamePasskeyCommand)
export class RenamePasskeyHandler implements ICommandHandler<RenamePasskeyCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, passkeyId, name }: RenamePasskeyCommand): Promise<Outcome<Renamed>> {
    const id = as<PasskeyId>(passkeyId);
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide(
        { type: 'rename-passkey', at: this.clock.now(), passkeyId: id, name },
        (_events, after) => ({
          passkey: {
            passkeyId: id,
            name: after.passkeys.find((passkey) => passkey.passkeyId === id)?.name ?? '',
          },
        }),
      ),
    );
  }
}
