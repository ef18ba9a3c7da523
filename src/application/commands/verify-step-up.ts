import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { AssertionFinding, PassStepUp } from '../../domain/account/commands.js';
import type { StepUpMethod } from '../../domain/account/events.js';
import { passkeysThatProve } from '../../domain/account/rules/resets.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type { Cause } from '../../domain/diagnosis/cause.js';
import type { AccountId, CeremonyId, CredentialId, GrantHash, PasskeyId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { actionNamed, ceremonyOrigins } from '../../domain/policy/relying-party.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { CommandContext } from '../accounts/context.js';
import { GuessingBudgets } from '../accounts/guessing-budgets.js';
import type { OpenStepUp } from '../accounts/open-step-ups.js';
import { OPEN_STEP_UPS } from '../accounts/open-step-ups.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { SealedRecords } from '../accounts/sealed-records.js';
import { FailedAssertions } from '../diagnosis/failed-assertions.js';
import type { CeremonyGate } from '../ports/ceremony-gate.js';
import { CEREMONY_GATE } from '../ports/ceremony-gate.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { Tokens, TransactionDigests } from '../ports/tokens.js';
import { TOKENS, TRANSACTION_DIGESTS } from '../ports/tokens.js';
import type { AssertionVerifier, Ceremonies, ParsedAssertion } from '../ports/webauthn.js';
import { ASSERTION_VERIFIER, CEREMONIES } from '../ports/webauthn.js';

export interface PassedStepUpAnswer {
  readonly token: string;
  readonly expiresAt: Instant;
}

export class VerifyStepUpCommand extends Command<Outcome<PassedStepUpAnswer>> {
  constructor(
    readonly context: CommandContext,
    readonly accountId: string,
    readonly stepUpId: string,
    readonly body: { readonly credential?: unknown; readonly grant?: string },
  ) {
    super();
  }
}

@CommandHandler(VerifyStepUpCommand)
export class VerifyStepUpHandler implements ICommandHandler<VerifyStepUpCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly budgets: GuessingBudgets,
    private readonly failures: FailedAssertions,
    @Inject(OPEN_STEP_UPS) private readonly stepUps: SealedRecords<OpenStepUp>,
    @Inject(ASSERTION_VERIFIER) private readonly verifier: AssertionVerifier,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(CEREMONY_GATE) private readonly gate: CeremonyGate,
    @Inject(TOKENS) private readonly tokens: Tokens,
    @Inject(TRANSACTION_DIGESTS) private readonly digests: TransactionDigests,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, accountId, stepUpId, body }: VerifyStepUpCommand): Promise<Outcome<PassedStepUpAnswer>> {
    const { policy } = context;
    const at = this.clock.now();
    return this.accounts.onAccount(context, accountId, async (account) => {
      const stepUp = await this.stepUps.find(account, stepUpId);
      const state = await account.state();
      if (stepUp === undefined || state.status !== 'enrolled') return refused(rejection('step-up-not-found'));
      if (stepUp.expiresAt <= at) return refused(rejection('step-up-expired'));
      if (body.credential !== undefined) {
        const overspent = await this.budgets.beforeAssertion(context);
        if (overspent !== undefined) return refused(overspent);
        const fingerprint = this.ceremonies.fingerprint(stepUp.ceremonyId);
        const first = await this.gate.enter(fingerprint, account.owner, stepUp.expiresAt);
        if (!first) return refused(rejection('ceremony-already-used'));
      }
      const assertion =
        body.credential === undefined ? null : this.assertion(policy, stepUp, state, body.credential, at);
      if (assertion?.finding.ok === false) {
        const unheard = await this.budgets.afterBadAssertion(context, this.credentialIdOf(body.credential));
        if (unheard !== undefined) return refused(unheard);
      }
      const expiresAt = wholeSeconds(at + (actionNamed(policy, stepUp.action)?.lifetime ?? 0));
      const salt = this.identifiers.secret();
      const transactionDigest = this.digests.digest({
        rp: policy.slug,
        account: as<AccountId>(accountId),
        action: stepUp.action,
        parameters: stepUp.parameters,
        exp: expiresAt / 1000,
        salt,
      });
      const outcome = await account.decide<PassedStepUpAnswer>(
        {
          type: 'pass-step-up',
          at,
          stepUpId: stepUp.stepUpId,
          action: stepUp.action,
          transactionDigest,
          securityEpoch: stepUp.securityEpoch,
          mustPassBy: stepUp.expiresAt,
          expiresAt,
          signInFactor: stepUp.signInFactor,
          deviceTokenHash: stepUp.deviceTokenHash,
          assertion,
          grantHash: body.grant === undefined ? null : as<GrantHash>(this.identifiers.sha256(body.grant)),
        },
        async (_events, after) => ({
          token: await this.tokens.issue({
            kind: 'step-up',
            rp: policy.slug,
            accountId: as<AccountId>(accountId),
            stepUpId: stepUp.stepUpId,
            securityEpoch: after.securityEpoch,
            methods: methodsOf(after, stepUp),
            action: stepUp.action,
            transactionDigest,
            transactionSalt: salt,
            authenticatedAt: at,
            expiresAt,
          }),
          expiresAt,
        }),
      );
      return this.explained(context, outcome, stepUp, state, body.credential);
    });
  }

  /** The refusal of a passkey that really answered says why. */
  private async explained(
    context: CommandContext,
    outcome: Outcome<PassedStepUpAnswer>,
    stepUp: OpenStepUp,
    account: EnrolledAccount,
    credential: unknown,
  ): Promise<Outcome<PassedStepUpAnswer>> {
    const parsed = this.verifier.parse(credential);
    if (outcome.ok || !parsed.ok) return outcome;
    const { assertion } = parsed;
    const cause = await this.causeOf(context.policy, outcome.rejection, stepUp, account, assertion);
    if (cause === null) return outcome;
    const ceremony = {
      fingerprint: this.ceremonies.fingerprint(stepUp.ceremonyId),
      expiresAt: stepUp.expiresAt,
    };
    return refused(
      await this.failures.explain(context, outcome.rejection, cause, assertion.credentialId, ceremony),
    );
  }

  private async causeOf(
    policy: RelyingParty,
    { code }: Rejection,
    stepUp: OpenStepUp,
    account: EnrolledAccount,
    assertion: ParsedAssertion,
  ): Promise<Cause | null> {
    // Refused so only after its signature was verified.
    if (code === 'passkey-suspended') return 'passkey-suspended';
    const ceremony = this.ceremonies.read(stepUp.ceremonyId, policy.slug, 'step-up');
    const own = account.passkeys.some(({ credentialId }) => credentialId === assertion.credentialId);
    if (code !== 'verification-failed' || ceremony === undefined || own) return null;
    return this.failures.causeOf(policy, assertion, ceremony.challenge, account);
  }

  private credentialIdOf(credential: unknown): CredentialId | null {
    const parsed = this.verifier.parse(credential);
    return parsed.ok ? parsed.assertion.credentialId : null;
  }

  private assertion(
    policy: RelyingParty,
    stepUp: OpenStepUp,
    account: EnrolledAccount,
    credential: unknown,
    at: Instant,
  ): PassStepUp['assertion'] {
    const found = this.verify(policy, stepUp, account, credential, at);
    return {
      ...found,
      ceremonyId: as<CeremonyId>(this.ceremonies.fingerprint(stepUp.ceremonyId)),
      ceremonyExpiresAt: stepUp.expiresAt,
      device: stepUp.device,
    };
  }

  private verify(
    policy: RelyingParty,
    stepUp: OpenStepUp,
    account: EnrolledAccount,
    credential: unknown,
    at: Instant,
  ): { readonly passkeyId: PasskeyId | null; readonly finding: AssertionFinding } {
    const ceremony = this.ceremonies.read(stepUp.ceremonyId, policy.slug, 'step-up');
    const parsed = this.verifier.parse(credential);
    if (!parsed.ok) return { passkeyId: null, finding: parsed };
    const passkeys = passkeysThatProve(account, stepUp.action, at);
    const passkey = passkeys.find((candidate) => candidate.credentialId === parsed.assertion.credentialId);
    if (ceremony === undefined || passkey === undefined) {
      return { passkeyId: null, finding: { ok: false, reason: 'credential-not-allowed' } };
    }
    const finding = this.verifier.verify(parsed.assertion, {
      challenge: ceremony.challenge,
      rpId: policy.rpId,
      origins: ceremonyOrigins(policy),
      userHandle: account.userHandle,
      accountKnown: true,
      publicKey: passkey.publicKey,
      backupEligible: passkey.backupEligible,
      allowedCredentialIds: passkeys.map((candidate) => candidate.credentialId),
    });
    return { passkeyId: passkey.passkeyId, finding };
  }
}

/** JWT times are whole seconds, and the digest is over the very same number. */
function wholeSeconds(instant: Instant): Instant {
  return Math.floor(instant / 1000) * 1000;
}

function methodsOf(account: EnrolledAccount, stepUp: OpenStepUp): readonly StepUpMethod[] {
  return account.stepUps.find((passed) => passed.stepUpId === stepUp.stepUpId)?.methods ?? [];
}
