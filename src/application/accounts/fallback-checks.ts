import type { Factor } from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/evolve.js';
import type { CheckId, RelyingPartySlug, SecretHash, SubjectId } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import { DAY } from '../../domain/kernel/time.js';
import type { Device } from '../../domain/policy/device.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { OneTimeCodes, TotpCodes } from '../ports/factors.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { ServiceKey } from '../ports/service-key.js';
import type { AccountAddress } from './account-address.js';
import type { AccountCommands } from './account-commands.js';
import type { AccountDirectory } from './account-directory.js';
import type { ContactNames } from './contact-names.js';
import type { CommandContext } from './context.js';
import type { GuessingBudgets } from './guessing-budgets.js';
import type { OpenCheck, OpenChecks } from './open-checks.js';
import { refused } from './outcome.js';
import { SealedRecords } from './sealed-records.js';

/** Whom somebody says to be, and on what. */
export interface FallbackClaim {
  readonly accountId?: string;
  readonly identifier?: string;
  readonly factor: Factor;
  readonly device: Device | null;
  readonly deviceTokenHash: SecretHash | null;
}

/** One that was asked for. There is one for every name, whether or not an account is called so. */
export interface FallbackCheck {
  readonly checkId: CheckId;
  readonly factor: Factor;
  /** Null of a decoy, which no code passes. */
  readonly subject: SubjectId | null;
  /** What a code is compared with; null for a password, which is the product's to check. */
  readonly check: OpenCheck | null;
  readonly device: Device | null;
  readonly deviceTokenHash: SecretHash | null;
  readonly expiresAt: Instant;
  /** Somebody signed in by it: a command that comes again may have its first answer. */
  readonly answered?: true;
}

/** What a code needs to know of the account that was named. */
interface FoundAccount {
  readonly subject: SubjectId;
  readonly securityEpoch: number;
  readonly value: string;
  readonly locale: Language;
}

/**
 * Checks of sign-ins by another way than a passkey. Whoever asks has proven nothing, so that all that depends on the
 * account named is done when the answer has left, and ends in a record of the same kind for each name.
 */
export class FallbackChecks {
  private readonly records: SealedRecords<FallbackCheck>;
  private readonly preparing = new Map<CheckId, Promise<void>>();

  constructor(
    private readonly directory: AccountDirectory,
    private readonly accounts: AccountCommands,
    private readonly names: ContactNames,
    private readonly checks: OpenChecks,
    private readonly budgets: GuessingBudgets,
    private readonly ephemeral: EphemeralStore,
    private readonly codes: OneTimeCodes,
    private readonly totp: TotpCodes,
    private readonly identifiers: Identifiers,
    private readonly key: ServiceKey,
  ) {
    this.records = new SealedRecords('fallback', ephemeral);
  }

  /** Keeps the check as a decoy until it is known who was named, so that it is found as soon as it is answered. */
  async open(
    { policy }: CommandContext,
    { device, deviceTokenHash, factor }: FallbackClaim,
    { checkId, expiresAt }: { readonly checkId: CheckId; readonly expiresAt: Instant },
  ): Promise<void> {
    const nobody = { subject: null, check: null };
    const decoy = { checkId, factor, ...nobody, device, deviceTokenHash, expiresAt };
    await this.records.put(this.owner(policy), checkId, decoy);
  }

  /** Looks up who was named, keeps the check and sends its code, if any of it can be; not before the answer has left. */
  prepareAfter(
    answerLeft: Promise<void>,
    ...[context, claim, under]: Parameters<FallbackChecks['prepare']>
  ): Promise<void> {
    const prepared = answerLeft
      .then(() => this.prepare(context, claim, under))
      .finally(() => this.preparing.delete(under.checkId));
    this.preparing.set(under.checkId, prepared);
    return prepared;
  }

  /** The check when it is known who was named. Not for a code: how long it takes would tell. */
  async readPrepared(policy: RelyingParty, checkId: CheckId): Promise<FallbackCheck | undefined> {
    await this.preparing.get(checkId);
    return this.read(policy, checkId);
  }

  private async prepare(
    context: CommandContext,
    claim: FallbackClaim,
    under: { readonly checkId: CheckId; readonly at: Instant; readonly expiresAt: Instant },
  ): Promise<void> {
    const { checkId, expiresAt } = under;
    const { factor, device, deviceTokenHash } = claim;
    const { code, hash } = this.codes.issue(checkId);
    const found = await this.find(context, claim, under.at);
    const { securityEpoch, value } = found ?? { securityEpoch: 0, value: this.totp.newSecret() };
    const check: OpenCheck | null =
      factor === 'password'
        ? null
        : {
            checkId,
            factor,
            purpose: 'sign-in',
            stepUpId: null,
            securityEpoch,
            expiresAt,
            value,
            codeHash: factor === 'totp' ? null : hash,
          };
    const subject = found?.subject ?? null;
    await this.records.put(this.owner(context.policy), checkId, {
      checkId,
      factor,
      subject,
      check,
      device,
      deviceTokenHash,
      expiresAt,
    });
    if (found === undefined) return;
    if (await this.forgetIfErased(context, found.subject)) return;
    if (check === null) return;
    const overspent = await this.budgets.beforeSendingFound(context, found.subject, value);
    if (overspent === undefined)
      await this.checks.send(check, code, context, { kind: 'sign-in' }, found.locale);
  }

  read(policy: RelyingParty, checkId: string): Promise<FallbackCheck | undefined> {
    return this.records.find(this.owner(policy), checkId);
  }

  /**
   * Notes that somebody signed in by the check, for as long as an idempotency key is remembered. What a code was compared with is
   * of no more use, and goes.
   */
  async noteAnswered(
    context: CommandContext,
    check: FallbackCheck,
    subject: SubjectId,
    at: Instant,
  ): Promise<void> {
    const answered: FallbackCheck = { ...check, check: null, answered: true };
    await this.records.put(this.owner(context.policy), check.checkId, answered, at + DAY);
    await this.forgetIfErased(context, subject);
  }

  /**
   * Removes the checks of an account that is erased: until they expire they hold where its codes went, under a key that is
   * not the account's own.
   */
  async forget({ rp, subject }: AccountAddress): Promise<void> {
    for await (const [name, check] of this.records.all(this.ownerOf(rp))) {
      if (check.subject === subject) await this.ephemeral.deletePrefix(name);
    }
  }

  /**
   * Takes a guess at a check, before it is looked at. The same code again is the same guess, so that a retry costs
   * nothing.
   * @returns which guess at the check it is, from 1, or why no more are taken
   */
  async takeGuess(
    policy: RelyingParty,
    check: FallbackCheck,
    code: string,
  ): Promise<{ readonly place: number } | { readonly refused: Rejection }> {
    const guess = this.identifiers.hmacName('guess', policy.slug, `${check.checkId}|${code}`);
    for (let place = 1; place <= policy.factors.codeMaximumGuesses; place++) {
      const name = `fallback-guess|${check.checkId}|${place}`;
      if (await this.ephemeral.take(name, guess, check.expiresAt)) return { place };
    }
    return { refused: rejection('check-used-up') };
  }

  /** Whose the name is, where the account has the factor and it may be used now. */
  private async find(
    context: CommandContext,
    claim: FallbackClaim,
    at: Instant,
  ): Promise<FoundAccount | undefined> {
    const subject = await this.subjectOf(context.policy, claim);
    if (subject === undefined) return undefined;
    const { factor } = claim;
    const unnamed = { ...context, idempotency: null };
    const found = await this.accounts.onSubject<FoundAccount>(unnamed, subject, async (account) => {
      const state = await account.state();
      const notFound = refused(rejection('account-not-found'));
      if (state.status !== 'enrolled' || !this.isCalled(state, claim)) return notFound;
      const { securityEpoch } = state;
      const locale = state.locale ?? context.policy.texts.locale;
      if (factor === 'password') return account.tell({ subject, securityEpoch, value: '', locale });
      const value = state.contacts[CONTACT_OF[factor]];
      if (value === undefined) return notFound;
      return account.decide(
        { type: 'start-security-check', at, factor, purpose: 'sign-in', stepUp: null },
        () => ({
          subject,
          securityEpoch,
          value,
          locale,
        }),
      );
    });
    return found.ok ? found.answer : undefined;
  }

  /** For an end that came while a check was kept, too late for it to be among those that were removed. */
  private async forgetIfErased(context: CommandContext, subject: SubjectId): Promise<boolean> {
    const erased = await this.isErased(context, subject);
    if (erased) await this.forget({ rp: context.policy.slug, subject });
    return erased;
  }

  private async isErased(context: CommandContext, subject: SubjectId): Promise<boolean> {
    const unnamed = { ...context, idempotency: null };
    const found = await this.accounts.onSubject<object>(unnamed, subject, async (account) =>
      (await account.current()).status === 'enrolled'
        ? account.tell({})
        : refused(rejection('account-not-found')),
    );
    return !found.ok;
  }

  private async subjectOf(
    { slug }: RelyingParty,
    { accountId, identifier }: FallbackClaim,
  ): Promise<SubjectId | undefined> {
    if (accountId !== undefined) return this.directory.subjectOfAccount(slug, accountId);
    return identifier === undefined
      ? undefined
      : this.directory.subjectOfIdentifier(slug, this.names.comparable(identifier));
  }

  /** A claim of a name is believed only where the account agrees. */
  private isCalled(account: Parameters<ContactNames['namesOf']>[0], { identifier }: FallbackClaim): boolean {
    return (
      identifier === undefined || this.names.namesOf(account).includes(this.names.comparable(identifier))
    );
  }

  private owner({ slug }: RelyingParty) {
    return this.ownerOf(slug);
  }

  private ownerOf(rp: RelyingPartySlug) {
    return { stream: `fallback-${rp}`, key: this.key };
  }
}
