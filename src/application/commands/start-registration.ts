import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { BindingProof } from '../../domain/account/commands.js';
import { absent } from '../../domain/account/rules/absent.js';
import type { CeremonyId, GrantHash, ResetId, ResetSecretHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { Device } from '../../domain/policy/device.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import { invalid } from '../accounts/invalid-request.js';
import { MaskedDestinations } from '../accounts/masked-destinations.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { Ceremonies, CreationOptions, RegistrationVerifier, StorageChoice } from '../ports/webauthn.js';
import { CEREMONIES, REGISTRATION_VERIFIER } from '../ports/webauthn.js';

/** The specification recommends 5 to 10 minutes (WebAuthn §15.1). */
export const CEREMONY_LIFETIME = 5 * MINUTE;

export interface StartedRegistration {
  readonly ceremonyId: CeremonyId;
  readonly publicKey: CreationOptions;
  readonly expiresAt: Instant;
}

/** What the caller was handed once: by a security check, or by a reset. */
export type BindingSecret =
  { readonly grant: string } | { readonly resetId: string; readonly resetSecret: string };

export class StartRegistrationCommand extends Command<Outcome<StartedRegistration>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly body: BindingSecret & {
      readonly device: Device;
      readonly entryPoint: string;
      readonly storage?: StorageChoice;
    },
    readonly stepUpToken: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(StartRegistrationCommand)
export class StartRegistrationHandler implements ICommandHandler<StartRegistrationCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly destinations: MaskedDestinations,
    private readonly proofs: StepUpProofs,
    @Inject(REGISTRATION_VERIFIER) private readonly verifier: RegistrationVerifier,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(command: StartRegistrationCommand): Promise<Outcome<StartedRegistration>> {
    const { context, accountId, body, stepUpToken } = command;
    const { policy } = context;
    const at = this.clock.now();
    if (!policy.entryPoints.some(({ name }) => name === body.entryPoint)) {
      return invalid({ pointer: '/entryPoint', detail: 'is not an entry point of this product' });
    }
    const vouching = { accountId, action: 'add-passkey', parameters: {} };
    const vouchedBy = await this.proofs.spendable(stepUpToken, policy, vouching, at);
    // A vouching that doesn't count is said, not passed over: without it the new passkey would have to wait.
    if (stepUpToken !== undefined && vouchedBy === null) return refused(rejection('step-up-not-found'));

    return this.accounts.onAccount(context, accountId, async (account) => {
      const state = await account.state();
      if (state.status !== 'enrolled') return refused(absent(state));
      const challenge = this.ceremonies.newChallenge();
      const expiresAt = at + CEREMONY_LIFETIME;
      const proof = this.proofOf(body);
      const publicKey = await this.verifier.creationOptions({
        rp: { id: policy.rpId, name: policy.name },
        user: {
          handle: state.userHandle,
          name: this.destinations.ofAccount(state),
          displayName: state.displayName ?? '',
        },
        exclude: state.passkeys,
        storage: body.storage ?? null,
        attestation: policy.passkeys.attestation,
        challenge,
        timeout: CEREMONY_LIFETIME,
      });
      const ceremonyId = this.ceremonies.open({
        kind: 'registration',
        rp: policy.slug,
        subject: account.address.subject,
        userHandle: state.userHandle,
        challenge,
        algorithms: publicKey.pubKeyCredParams.map(({ alg }) => alg),
        proof,
        vouchedBy,
        entryPoint: body.entryPoint,
        storage: body.storage ?? null,
        device: body.device,
        securityEpoch: state.securityEpoch,
        expiresAt,
      });
      return account.decide(
        {
          type: 'start-registration',
          at,
          proof,
          device: body.device,
          entryPoint: body.entryPoint,
          language: context.language,
        },
        () => ({ ceremonyId, publicKey, expiresAt }),
      );
    });
  }

  private proofOf(secret: BindingSecret): BindingProof {
    if ('grant' in secret) {
      return { kind: 'grant', grantHash: as<GrantHash>(this.identifiers.sha256(secret.grant)) };
    }
    const secretHash = as<ResetSecretHash>(this.identifiers.sha256(secret.resetSecret));
    return { kind: 'reset', resetId: as<ResetId>(secret.resetId), secretHash };
  }
}
