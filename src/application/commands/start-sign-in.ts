import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { CeremonyId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { ContactNames } from '../accounts/contact-names.js';
import type { CommandContext } from '../accounts/context.js';
import { Idempotency } from '../accounts/idempotency.js';
import type { Outcome } from '../accounts/outcome.js';
import type { PresentedDevice } from '../accounts/presented-device.js';
import { tokenHashOf } from '../accounts/presented-device.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { ServiceKey } from '../ports/service-key.js';
import { SERVICE_KEY } from '../ports/service-key.js';
import type { AssertionVerifier, Ceremonies, RequestOptions } from '../ports/webauthn.js';
import { ASSERTION_VERIFIER, CEREMONIES } from '../ports/webauthn.js';
import { CEREMONY_LIFETIME } from './start-registration.js';

export interface StartedSignIn {
  readonly ceremonyId: CeremonyId;
  readonly publicKey: RequestOptions;
  readonly expiresAt: Instant;
}

/**
 * Nothing is looked up and nothing is written: a known account, an unknown one and none at all take the same path,
 * and `allowCredentials` is always empty, so that nobody learns from it which accounts exist.
 */
export class StartSignInCommand extends Command<Outcome<StartedSignIn>> {
  constructor(
    readonly context: CommandContext,
    readonly body: {
      readonly accountId?: string;
      readonly identifier?: string;
      readonly device: PresentedDevice;
    },
  ) {
    super();
  }
}

@CommandHandler(StartSignInCommand)
export class StartSignInHandler implements ICommandHandler<StartSignInCommand> {
  constructor(
    private readonly names: ContactNames,
    private readonly idempotency: Idempotency,
    @Inject(SERVICE_KEY) private readonly key: ServiceKey,
    @Inject(ASSERTION_VERIFIER) private readonly verifier: AssertionVerifier,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, body }: StartSignInCommand): Promise<Outcome<StartedSignIn>> {
    return this.idempotency.once(context.idempotency, this.key, async (_commandId, remember) => {
      const answer = this.open(context.policy, body);
      await remember?.({ position: 0 }, answer);
      return { ok: true, answer, position: 0 };
    });
  }

  private open(policy: RelyingParty, body: StartSignInCommand['body']): StartedSignIn {
    const expiresAt = this.clock.now() + CEREMONY_LIFETIME;
    const challenge = this.ceremonies.newChallenge();
    const { accountId, identifier } = body;
    const ceremonyId = this.ceremonies.open({
      kind: 'sign-in',
      rp: policy.slug,
      challenge,
      accountRef:
        accountId === undefined ? null : this.identifiers.hmacName('account', policy.slug, accountId),
      identifierRef:
        identifier === undefined
          ? null
          : this.identifiers.hmacName('identifier', policy.slug, this.names.comparable(identifier)),
      device: body.device.said,
      deviceTokenHash: tokenHashOf(this.identifiers, body.device),
      expiresAt,
    });
    const publicKey = this.verifier.requestOptions({
      rpId: policy.rpId,
      challenge,
      timeout: CEREMONY_LIFETIME,
    });
    return { ceremonyId, publicKey, expiresAt };
  }
}
