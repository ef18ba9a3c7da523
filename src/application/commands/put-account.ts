import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { OfferedProof, PutAccount } from '../../domain/account/commands.js';
import type { AccountEvent, CodeFactor } from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/evolve.js';
import { absent } from '../../domain/account/rules/absent.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { AccountId, CheckId, GrantHash, UserHandle } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Language } from '../../domain/texts/language.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { AccountAtHand } from '../accounts/account-commands.js';
import { AccountCommands } from '../accounts/account-commands.js';
import { ContactNames } from '../accounts/contact-names.js';
import type { CommandContext } from '../accounts/context.js';
import { confirmationOf } from '../accounts/factor-confirmation.js';
import type { FactorView } from '../accounts/factor-views.js';
import { FactorViews } from '../accounts/factor-views.js';
import { invalid } from '../accounts/invalid-request.js';
import { OpenChecks } from '../accounts/open-checks.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import { StepUpProofs } from '../accounts/step-up-proofs.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { TotpCodes } from '../ports/factors.js';
import { TOTP_CODES } from '../ports/factors.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';

/** As the caller sent it: an absent member stays as it is, null removes it. */
export interface AccountBody {
  readonly displayName?: string | null;
  readonly locale?: Language | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly totp?: { readonly enroll: true } | { readonly secret: string } | null;
  readonly identifiers?: readonly string[];
  readonly liveness?: { readonly provider: string; readonly subject: string };
  /** A `change-factors` grant from another confirmed factor. */
  readonly grant?: string;
}

export interface PutAnswer {
  readonly created: boolean;
  readonly accountId: AccountId;
  readonly userHandle: UserHandle;
  readonly factors: readonly FactorView[];
  readonly totp?: { readonly otpauthUrl: string };
}

export class PutAccountCommand extends Command<Outcome<PutAnswer>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly body: AccountBody,
    readonly stepUpToken: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(PutAccountCommand)
export class PutAccountHandler implements ICommandHandler<PutAccountCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly names: ContactNames,
    private readonly checks: OpenChecks,
    private readonly factors: FactorViews,
    private readonly proofs: StepUpProofs,
    @Inject(TOTP_CODES) private readonly totp: TotpCodes,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, accountId, body, stepUpToken }: PutAccountCommand): Promise<Outcome<PutAnswer>> {
    const at = this.clock.now();
    const contacts = this.names.normalise(body);
    if ('errors' in contacts) return invalid(...contacts.errors);
    const totp = this.totpOf(body);
    if (totp === 'invalid') {
      return invalid({ pointer: '/totp/secret', detail: 'must be base32 of at least 128 bits' });
    }
    return this.accounts.onNewAccount(context, accountId, async (account) => {
      const command: PutAccount = {
        type: 'put-account',
        at,
        accountId: as<AccountId>(accountId),
        userHandle: this.identifiers.userHandle(),
        ...(body.displayName !== undefined && { displayName: body.displayName }),
        ...(body.locale !== undefined && { locale: body.locale }),
        ...contacts.values,
        ...(totp !== undefined && { totp }),
        ...(body.liveness !== undefined && { liveness: body.liveness }),
        proof: await this.proofOf(context, accountId, body, stepUpToken),
      };
      const before = await account.state();
      if (before.status === 'erased') return refused(absent(before));
      const free = await this.names.claim(account.address, before, command);
      if (!free) return refused(rejection('identifier-taken'));
      const outcome = await account.decide(command, (events, after): PutAnswer =>
        this.answer(context, events, after),
      );
      if (outcome.ok) await this.afterwards(context, account, before.status === 'enrolled' ? before : null);
      return outcome;
    });
  }

  private answer(
    context: CommandContext,
    events: readonly AccountEvent[],
    after: EnrolledAccount,
  ): PutAnswer {
    const newSecret = events
      .flatMap((event) => (event.type === 'FactorsChanged' ? [personalOf(event)?.contacts.totpSecret] : []))
      .find((secret) => secret !== undefined);
    return {
      created: events.some((event) => event.type === 'AccountEnrolled'),
      accountId: as<AccountId>(after.accountId),
      userHandle: after.userHandle,
      factors: this.factors.of(after),
      ...(newSecret !== undefined && {
        totp: { otpauthUrl: this.factors.enrolmentUrl(context.policy, after, newSecret) },
      }),
    };
  }

  /** Names given up are released, and whatever waits for its confirmation is sent a code. */
  private async afterwards(
    context: CommandContext,
    account: AccountAtHand,
    before: EnrolledAccount | null,
  ): Promise<void> {
    const after = await account.state();
    if (after.status !== 'enrolled') return;
    if (before !== null) await this.names.releaseGivenUp(account.address, before, after);
    const locale = after.locale ?? context.policy.texts.locale;
    const use = { kind: 'confirm-factor' } as const;
    for (const factor of ['sms', 'email', 'totp'] as const satisfies readonly CodeFactor[]) {
      const proposed = after.proposed[CONTACT_OF[factor]];
      if (proposed === undefined || proposed === before?.proposed[CONTACT_OF[factor]]) continue;
      const confirmation = confirmationOf(
        as<CheckId>(this.identifiers.randomId()),
        factor,
        proposed,
        after,
        context.policy,
        this.clock.now(),
      );
      // The change stands where no code went out; it can be asked for again.
      await this.checks.open(account, `confirm-${factor}`, confirmation, context, use, locale);
    }
  }

  private totpOf(body: AccountBody): PutAccount['totp'] | 'invalid' {
    if (body.totp === undefined || body.totp === null) return body.totp;
    if ('enroll' in body.totp) return { secret: this.totp.newSecret(), vouched: false };
    const secret = this.totp.acceptSecret(body.totp.secret);
    return secret === undefined ? 'invalid' : { secret, vouched: true };
  }

  private async proofOf(
    context: CommandContext,
    accountId: string,
    body: AccountBody,
    stepUpToken: string | undefined,
  ): Promise<OfferedProof> {
    if (stepUpToken !== undefined) {
      const parameters = this.names.changeParameters(body);
      const named = { accountId, action: 'change-factors', parameters };
      const stepUpId = await this.proofs.spendable(stepUpToken, context.policy, named, this.clock.now());
      if (stepUpId !== null) return { kind: 'step-up', stepUpId };
    }
    if (body.grant !== undefined) {
      return { kind: 'grant', grantHash: as<GrantHash>(this.identifiers.sha256(body.grant)) };
    }
    return context.onRelyingPartysWord ? { kind: 'relying-party' } : { kind: 'none' };
  }
}
