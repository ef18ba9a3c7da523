import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { DeviceId, SessionId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';

export interface RemovedDevice {
  /** `sid` of the latest sign-ins on it, for the product to end its own sessions by. */
  readonly endedSessions: readonly SessionId[];
}

export class RemoveDeviceCommand extends Command<Outcome<RemovedDevice>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly deviceId: string,
    readonly stepUpToken: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(RemoveDeviceCommand)
export class RemoveDeviceHandler implements ICommandHandler<RemoveDeviceCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly proofs: StepUpProofs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({
    context,
    accountId,
    deviceId,
    stepUpToken,
  }: RemoveDeviceCommand): Promise<Outcome<RemovedDevice>> {
    const at = this.clock.now();
    const named = { accountId, action: 'remove-device', parameters: { deviceId } };
    const proof = await this.proofs.offered(stepUpToken, context.policy, named, at);
    return this.accounts.onAccount(context, accountId, (account) =>
      account.decide(
        {
          type: 'remove-device',
          at,
          deviceId: as<DeviceId>(deviceId),
          proof,
        },
        (events) => {
          const removed = events.find((event) => event.type === 'DeviceRemoved');
          return { endedSessions: removed?.data.endedSessions ?? [] };
        },
      ),
    );
  }
}
