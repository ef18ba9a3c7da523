import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { CeremonyId, DeviceId, PasskeyId, SecretHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import { ceremonyOrigins } from '../../domain/policy/relying-party.js';
import { AccountCommands } from '../accounts/account-commands.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { PasskeyView } from '../accounts/passkey-view.js';
import { viewOfRegistered } from '../accounts/passkey-view.js';
import type { Signals } from '../accounts/signals.js';
import { acceptedCredentials } from '../accounts/signals.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { DeviceModels } from '../ports/device-models.js';
import { DEVICE_MODELS } from '../ports/device-models.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { Ceremonies, PasskeyProviders, RegistrationVerifier } from '../ports/webauthn.js';
import { CEREMONIES, PASSKEY_PROVIDERS, REGISTRATION_VERIFIER } from '../ports/webauthn.js';

export interface Registered {
  readonly passkey: PasskeyView;
  readonly signals: Signals;
  readonly returnTo: string;
  /** Only where the device came to be trusted by it; shown once. */
  readonly deviceToken?: string;
}

export class RegisterPasskeyCommand extends Command<Outcome<Registered>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly body: { readonly ceremonyId: string; readonly credential: unknown; readonly name?: string },
  ) {
    super();
  }
}

/** Two answers to one ceremony: the grant that both carry is spent by the first, in the account's own stream. */
@CommandHandler(RegisterPasskeyCommand)
export class RegisterPasskeyHandler implements ICommandHandler<RegisterPasskeyCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly directory: AccountDirectory,
    @Inject(REGISTRATION_VERIFIER) private readonly verifier: RegistrationVerifier,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(DEVICE_MODELS) private readonly models: DeviceModels,
    @Inject(PASSKEY_PROVIDERS) private readonly providers: PasskeyProviders,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, body }: RegisterPasskeyCommand): Promise<Outcome<Registered>> {
    const { policy } = context;
    const at = this.clock.now();
    return this.accounts.onAccount(context, accountId, async (account) => {
      const ceremony = this.ceremonies.read(body.ceremonyId, policy.slug, 'registration');
      if (ceremony?.subject !== account.address.subject) return refused(rejection('ceremony-not-found'));
      if (ceremony.expiresAt <= at) return refused(rejection('ceremony-expired'));

      const verified = await this.verifier.verify(body.credential, {
        challenge: ceremony.challenge,
        rpId: policy.rpId,
        origins: ceremonyOrigins(policy),
        algorithms: ceremony.algorithms,
      });
      if (verified.ok) {
        const { credentialId } = verified.registration;
        const ours = await this.directory.claimCredential(policy.rpId, credentialId, account.address.subject);
        if (!ours) return refused(rejection('credential-in-use'));
      }
      const deviceToken = this.identifiers.secret();
      const name = body.name ?? this.models.nameOf(ceremony.device, policy.passkeys.nameMaximumLength);
      return account.decide(
        {
          type: 'register-passkey',
          at,
          passkeyId: as<PasskeyId>(this.identifiers.randomId()),
          ceremonyId: as<CeremonyId>(this.ceremonies.fingerprint(as<CeremonyId>(body.ceremonyId))),
          ceremonyEpoch: ceremony.securityEpoch,
          proof: ceremony.proof,
          vouchedBy: ceremony.vouchedBy,
          entryPoint: ceremony.entryPoint,
          device: ceremony.device,
          newDevice: {
            deviceId: as<DeviceId>(this.identifiers.randomId()),
            tokenHash: as<SecretHash>(this.identifiers.sha256(deviceToken)),
          },
          name,
          finding: verified.ok ? { ok: true, ...verified.registration } : verified,
        },
        (events, after) => ({
          passkey: viewOfRegistered(events, this.providers),
          ...(events.some(({ type }) => type === 'DeviceTrusted') && { deviceToken }),
          signals: acceptedCredentials(policy, after),
          returnTo: policy.entryPoints.find((entry) => entry.name === ceremony.entryPoint)?.returnTo ?? '/',
        }),
      );
    });
  }
}
