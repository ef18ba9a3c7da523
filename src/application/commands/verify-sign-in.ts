import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { AssertionFinding } from '../../domain/account/commands.js';
import type { EnrolledAccount, Passkey } from '../../domain/account/state.js';
import type { Cause } from '../../domain/diagnosis/cause.js';
import type { CeremonyId, SessionId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { ceremonyOrigins } from '../../domain/policy/relying-party.js';
import { AccountCommands } from '../accounts/account-commands.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import { ContactNames } from '../accounts/contact-names.js';
import type { CommandContext } from '../accounts/context.js';
import { GuessingBudgets } from '../accounts/guessing-budgets.js';
import type { Outcome } from '../accounts/outcome.js';
import { refused } from '../accounts/outcome.js';
import type { SignInAnswer } from '../accounts/sign-in-answers.js';
import { SignInAnswers } from '../accounts/sign-in-answers.js';
import { FailedAssertions } from '../diagnosis/failed-assertions.js';
import type { CeremonyGate } from '../ports/ceremony-gate.js';
import { CEREMONY_GATE } from '../ports/ceremony-gate.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Identifiers } from '../ports/identifiers.js';
import { IDENTIFIERS } from '../ports/identifiers.js';
import type { AssertionVerifier, Ceremonies, ParsedAssertion, SignInCeremony } from '../ports/webauthn.js';
import { ASSERTION_VERIFIER, CEREMONIES } from '../ports/webauthn.js';

/** The finding, and where it is a bad one its cause, as far as the holder of the passkey may know. */
interface Checked {
  readonly finding: AssertionFinding;
  readonly cause: Cause | null;
}

export class VerifySignInCommand extends Command<Outcome<SignInAnswer>> {
  constructor(
    readonly context: CommandContext,
    readonly ceremonyId: string,
    readonly credential: unknown,
  ) {
    super();
  }
}

@CommandHandler(VerifySignInCommand)
export class VerifySignInHandler implements ICommandHandler<VerifySignInCommand> {
  constructor(
    private readonly accounts: AccountCommands,
    private readonly directory: AccountDirectory,
    private readonly names: ContactNames,
    private readonly budgets: GuessingBudgets,
    private readonly failures: FailedAssertions,
    private readonly answers: SignInAnswers,
    @Inject(ASSERTION_VERIFIER) private readonly verifier: AssertionVerifier,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(CEREMONY_GATE) private readonly gate: CeremonyGate,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, ceremonyId, credential }: VerifySignInCommand): Promise<Outcome<SignInAnswer>> {
    const { policy } = context;
    const at = this.clock.now();
    const ceremony = this.ceremonies.read(ceremonyId, policy.slug, 'sign-in');
    if (ceremony === undefined) return refused(rejection('ceremony-not-found'));
    if (ceremony.expiresAt <= at) return refused(rejection('ceremony-expired'));
    const overspent = await this.budgets.beforeAssertion(context);
    if (overspent !== undefined) return refused(overspent);
    const parsed = this.verifier.parse(credential);
    const credentialId = parsed.ok ? parsed.assertion.credentialId : null;
    const tooMany = () => this.budgets.afterBadAssertion(context, credentialId);
    if (!parsed.ok) return refused((await tooMany()) ?? rejection('verification-failed'));
    const { assertion } = parsed;
    const subject = await this.directory.subjectOfCredential(policy.rpId, assertion.credentialId);
    const fingerprint = this.ceremonies.fingerprint(as<CeremonyId>(ceremonyId));
    const explain = (rejected: Rejection, cause: Cause) =>
      this.failures.explain(context, rejected, cause, assertion.credentialId, {
        fingerprint,
        expiresAt: ceremony.expiresAt,
      });
    const unknown = async () =>
      refused((await tooMany()) ?? (await explain(rejection('verification-failed'), 'passkey-unknown')));
    if (subject === undefined) return unknown();

    const found: { cause: Cause | null } = { cause: null };
    const sessionId = as<SessionId>(this.identifiers.randomId());
    const outcome = await this.accounts.onSubject(context, subject, async (account) => {
      const first = await this.gate.enter(fingerprint, account.owner, ceremony.expiresAt);
      if (!first) return refused(rejection('ceremony-already-used'));
      const state = await account.state();
      const enrolled = state.status === 'enrolled' ? state : null;
      const passkey = enrolled?.passkeys.find(({ credentialId }) => credentialId === assertion.credentialId);
      const checked =
        enrolled === null || passkey === undefined
          ? await this.notOneOf(policy, ceremony, assertion, enrolled)
          : this.check(policy, ceremony, assertion, enrolled, passkey);
      found.cause = checked.cause;
      const unheard = checked.finding.ok ? undefined : await tooMany();
      if (unheard !== undefined) return refused(unheard);
      const secrets = this.answers.strangerAt(policy, subject);
      return account.decide(
        {
          type: 'sign-in-with-passkey',
          at,
          passkeyId: passkey?.passkeyId ?? null,
          ceremonyId: as<CeremonyId>(fingerprint),
          ceremonyExpiresAt: ceremony.expiresAt,
          sessionId,
          device: ceremony.device,
          deviceTokenHash: ceremony.deviceTokenHash,
          stranger: secrets?.stranger ?? null,
          finding: checked.finding,
        },
        (events, after) => {
          const used = events.find((event) => event.type === 'PasskeyUsed');
          if (used === undefined) throw new Error('a sign-in was accepted without its passkey');
          const { passkeyId, deviceId } = used.data;
          const session = { sessionId, method: 'passkey', passkeyId, deviceId, authenticatedAt: at } as const;
          return this.answers.answer(policy, after, events, session, secrets);
        },
      );
    });
    if (outcome.ok) return outcome;
    const { code } = outcome.rejection;
    // No account has it any more.
    if (code === 'account-erased') return unknown();
    // Whether an account stands behind a credential is nobody's to learn from a failure.
    if (code === 'account-not-found') {
      return refused((await tooMany()) ?? rejection('verification-failed'));
    }
    // Refused so only after its signature was verified.
    if (code === 'passkey-suspended') return refused(await explain(outcome.rejection, 'passkey-suspended'));
    return code === 'verification-failed' && found.cause !== null
      ? refused(await explain(outcome.rejection, found.cause))
      : outcome;
  }

  private check(
    policy: RelyingParty,
    ceremony: SignInCeremony,
    assertion: ParsedAssertion,
    account: EnrolledAccount,
    { backupEligible, publicKey }: Passkey,
  ): Checked {
    const finding = this.verifier.verify(assertion, {
      challenge: ceremony.challenge,
      rpId: policy.rpId,
      origins: ceremonyOrigins(policy),
      userHandle: account.userHandle,
      accountKnown: false,
      publicKey,
      backupEligible,
    });
    return finding.ok && !this.isTheNamed(policy, ceremony, account)
      ? { finding: { ok: false, reason: 'user-handle-mismatch' }, cause: 'other-account' }
      : { finding, cause: null };
  }

  /** The credential is none of the account's active ones. */
  private async notOneOf(
    policy: RelyingParty,
    ceremony: SignInCeremony,
    assertion: ParsedAssertion,
    account: EnrolledAccount | null,
  ): Promise<Checked> {
    const cause = account && (await this.failures.causeOf(policy, assertion, ceremony.challenge, account));
    return { finding: { ok: false, reason: 'credential-not-allowed' }, cause };
  }

  /** Where the ceremony was begun for an account, that is the one it signs in. */
  private isTheNamed(policy: RelyingParty, ceremony: SignInCeremony, account: EnrolledAccount): boolean {
    const { accountRef, identifierRef } = ceremony;
    if (
      accountRef !== null &&
      accountRef !== this.identifiers.hmacName('account', policy.slug, account.accountId)
    ) {
      return false;
    }
    return (
      identifierRef === null ||
      this.names
        .namesOf(account)
        .some((name) => this.identifiers.hmacName('identifier', policy.slug, name) === identifierRef)
    );
  }
}
