import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { Factor } from '../../domain/account/events.js';
import { absent } from '../../domain/account/rules/absent.js';
import { passkeysThatProve } from '../../domain/account/rules/resets.js';
import { methodsAtHand } from '../../domain/account/rules/step-up-methods.js';
import type { CeremonyId, StepUpId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { MethodSet } from '../../domain/policy/relying-party.js';
import { actionNamed } from '../../domain/policy/relying-party.js';
import { describeAction } from '../../domain/policy/action-text.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { OpenStepUp } from '../accounts/open-step-ups.js';
import { OPEN_STEP_UPS } from '../accounts/open-step-ups.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import { signInBehind } from '../accounts/sign-in-factor.js';
import type { SealedRecords } from '../accounts/sealed-records.js';
import type { PresentedDevice } from '../accounts/presented-device.js';
import { tokenHashOf } from '../accounts/presented-device.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { Tokens } from '../ports/tokens.js';
import { TOKENS } from '../ports/tokens.js';
import type { AssertionVerifier, Ceremonies, RequestOptions } from '../ports/webauthn.js';
import { ASSERTION_VERIFIER, CEREMONIES } from '../ports/webauthn.js';
import { CEREMONY_LIFETIME } from './start-registration.js';

export interface StartedStepUp {
  readonly stepUpId: StepUpId;
  readonly ceremonyId: CeremonyId;
  readonly publicKey: RequestOptions;
  /** The alternatives that this account can carry out, any one of which will do; of an alternative, every method. */
  readonly methods: readonly MethodSet[];
  /** What is approved, in words, for the page that asks. */
  readonly approves: string;
  readonly expiresAt: Instant;
}

export class StartStepUpCommand extends Command<Outcome<StartedStepUp>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly body: {
      readonly action: string;
      readonly parameters: Readonly<Record<string, unknown>>;
      readonly signInToken?: string | undefined;
      /** Of a page: how the sign-in was proven that led to it. */
      readonly signInFactor?: Factor | null;
      readonly device: PresentedDevice;
    },
  ) {
    super();
  }
}

@CommandHandler(StartStepUpCommand)
export class StartStepUpHandler implements ICommandHandler<StartStepUpCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(OPEN_STEP_UPS) private readonly stepUps: SealedRecords<OpenStepUp>,
    @Inject(ASSERTION_VERIFIER) private readonly verifier: AssertionVerifier,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(TOKENS) private readonly tokens: Tokens,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, accountId, body }: StartStepUpCommand): Promise<Outcome<StartedStepUp>> {
    const { policy } = context;
    const at = this.clock.now();
    const signInFactor =
      body.signInToken === undefined
        ? (body.signInFactor ?? null)
        : (await signInBehind(this.tokens, policy, accountId, body.signInToken, at))?.factor;
    if (signInFactor === undefined) return refused(rejection('token-invalid'));
    return this.accounts.onAccount(context, accountId, async (account) => {
      const state = await account.state();
      if (state.status !== 'enrolled') return refused(absent(state));
      const stepUpId = as<StepUpId>(this.identifiers.randomId());
      const challenge = this.ceremonies.newChallenge();
      const expiresAt = at + CEREMONY_LIFETIME;
      const ceremonyId = this.ceremonies.open({
        kind: 'step-up',
        rp: policy.slug,
        subject: account.address.subject,
        stepUpId,
        challenge,
        securityEpoch: state.securityEpoch,
        expiresAt,
      });
      const publicKey = this.verifier.requestOptions({
        rpId: policy.rpId,
        challenge,
        timeout: CEREMONY_LIFETIME,
        allow: passkeysThatProve(state, body.action, at),
      });
      const action = actionNamed(policy, body.action);
      const stepUp: OpenStepUp = {
        stepUpId,
        action: body.action,
        parameters: body.parameters,
        ceremonyId,
        securityEpoch: state.securityEpoch,
        signInFactor,
        device: body.device.said,
        deviceTokenHash: tokenHashOf(this.identifiers, body.device),
        expiresAt,
      };
      return account.decide(
        { type: 'start-step-up', at, stepUpId, action: body.action, signInFactor },
        () => ({
          stepUpId,
          ceremonyId,
          publicKey,
          methods: action === undefined ? [] : methodsAtHand(state, action, signInFactor, at).complete,
          approves: action === undefined ? '' : describeAction(action, body.parameters, context.language),
          expiresAt,
        }),
        {
          effect: async () => {
            await this.stepUps.put(account, stepUpId, stepUp);
            return undefined;
          },
        },
      );
    });
  }
}
