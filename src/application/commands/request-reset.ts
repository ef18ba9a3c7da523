import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import { absent } from '../../domain/account/rules/absent.js';
import { resetCheck } from '../../domain/account/rules/resets.js';
import type { ResetId, ResetSecretHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type {
  LivenessCheck,
  LivenessProvider,
  LivenessProviders,
  StartedLivenessCheck,
} from '../ports/liveness.js';
import { LIVENESS_PROVIDERS, LivenessSubjectUnknown, LivenessUnavailable } from '../ports/liveness.js';

export interface RequestedReset extends StartedLivenessCheck {
  readonly resetId: ResetId;
  /** Adds the new passkey once the check is passed. Handed out here and never again. */
  readonly resetSecret: string;
  readonly provider: string;
  readonly expiresAt: Instant;
}

export class RequestResetCommand extends Command<Outcome<RequestedReset>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly replaces: string | null,
  ) {
    super();
  }
}

/** The provider is asked to begin before the reset is recorded: one that can't be begun is none, and costs no attempt. */
@CommandHandler(RequestResetCommand)
export class RequestResetHandler implements ICommandHandler<RequestResetCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    @Inject(LIVENESS_PROVIDERS) private readonly providers: LivenessProviders,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, replaces }: RequestResetCommand): Promise<Outcome<RequestedReset>> {
    const { policy } = context;
    const at = this.clock.now();
    return this.accounts.onAccount(context, accountId, async (account) => {
      const { subject: own } = account.address;
      const provider = this.providers.of(policy);
      const state = await account.current();
      if (state.status !== 'enrolled') return refused(absent(state));
      const asked = {
        at,
        provider: provider?.name ?? policy.reset?.provider ?? '',
        subject: provider?.subjectOf(own) ?? null,
        replaces: replaces === null ? null : as<ResetId>(replaces),
      };
      const check = resetCheck(state, policy, asked);
      if ('refused' in check) return refused(check.refused);
      if (provider === undefined) return refused(rejection('liveness-unavailable'));

      const resetId = as<ResetId>(this.identifiers.randomId());
      const resetSecret = this.identifiers.secret();
      const { level, lifetime } = check.reset;
      const expiresAt = at + lifetime;
      const ofWhom = { rp: policy.slug, account: own, resetId, subject: check.subject, level };
      const started = await begun(provider, ofWhom, expiresAt, at);
      if ('refused' in started) return refused(started.refused);
      const secretHash = as<ResetSecretHash>(this.identifiers.sha256(resetSecret));
      return account.decide({ type: 'request-reset', ...asked, resetId, secretHash }, () => ({
        resetId,
        resetSecret,
        provider: provider.name,
        ...started,
        expiresAt,
      }));
    });
  }
}

async function begun(
  provider: LivenessProvider,
  check: LivenessCheck,
  until: Instant,
  now: Instant,
): Promise<StartedLivenessCheck | { readonly refused: Rejection }> {
  try {
    return await provider.start(check, until, now);
  } catch (error) {
    if (error instanceof LivenessUnavailable) return { refused: rejection('liveness-unavailable') };
    if (error instanceof LivenessSubjectUnknown) return { refused: rejection('liveness-subject-missing') };
    throw error;
  }
}
