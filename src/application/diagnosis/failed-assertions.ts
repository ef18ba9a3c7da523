import type { EnrolledAccount } from '../../domain/account/state.js';
import type { Cause } from '../../domain/diagnosis/cause.js';
import { explained } from '../../domain/diagnosis/diagnosis.js';
import type { CredentialId } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { ceremonyOrigins } from '../../domain/policy/relying-party.js';
import type { AccountDirectory } from '../accounts/account-directory.js';
import type { CommandContext } from '../accounts/context.js';
import type { KnownAccounts } from '../accounts/known-accounts.js';
import type { SealedRecords } from '../accounts/sealed-records.js';
import type { Signals } from '../accounts/signals.js';
import type { ServiceKey } from '../ports/service-key.js';
import type { AssertionVerifier, ParsedAssertion } from '../ports/webauthn.js';

/** What the service found out about a ceremony when it was answered, for a client that reports it as failed later. */
export interface FoundFailure {
  readonly cause: Cause;
  readonly signals?: Signals;
  readonly expiresAt: Instant;
}

/** Of `SealedRecords<FoundFailure>`. */
export const FOUND_FAILURES = Symbol('FoundFailures');

interface AnsweredCeremony {
  readonly fingerprint: string;
  readonly expiresAt: Instant;
}

/**
 * Why a passkey that really answered is not accepted. It is said to nobody but its holder: the signature is verified first,
 * with the key that the passkey had, and what doesn't verify is not explained.
 */
export class FailedAssertions {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly known: KnownAccounts,
    private readonly verifier: AssertionVerifier,
    private readonly found: SealedRecords<FoundFailure>,
    private readonly key: ServiceKey,
  ) {}

  /**
   * @param account the one that the passkey would have to be of, where the credential is none of its active ones
   * @returns null where nothing was proven
   */
  async causeOf(
    policy: RelyingParty,
    assertion: ParsedAssertion,
    challenge: string,
    account: EnrolledAccount,
  ): Promise<Cause | null> {
    if (this.isRemovedOne(policy, assertion, challenge, account)) return 'passkey-removed';
    const subject = await this.directory.subjectOfCredential(policy.rpId, assertion.credentialId);
    if (subject === undefined) return 'passkey-unknown';
    const holder = await this.known.bySubject(policy.slug, subject);
    if (holder === undefined) return null;
    if (this.isActiveOne(policy, assertion, challenge, holder)) return 'other-account';
    return this.isRemovedOne(policy, assertion, challenge, holder) ? 'passkey-removed' : null;
  }

  /** The refusal with its diagnosis, which is remembered for a while. */
  async explain(
    { language, policy }: CommandContext,
    { code }: Rejection,
    cause: Cause,
    credentialId: CredentialId,
    ceremony: AnsweredCeremony,
  ): Promise<Rejection> {
    const signals = signalsFor(policy, cause, credentialId);
    const { expiresAt, fingerprint } = ceremony;
    // An unknown id proves nothing: remembering it would let anybody fill the store.
    if (cause !== 'passkey-unknown') {
      await this.found.put(this.owner, fingerprint, { cause, ...(signals && { signals }), expiresAt });
    }
    return rejection(code, { ...explained(policy, [cause], [], language), ...(signals && { signals }) });
  }

  foundOf(fingerprint: string): Promise<FoundFailure | undefined> {
    return this.found.find(this.owner, fingerprint);
  }

  private get owner() {
    return { stream: 'ceremonies', key: this.key };
  }

  private isActiveOne(
    policy: RelyingParty,
    assertion: ParsedAssertion,
    challenge: string,
    account: EnrolledAccount,
  ): boolean {
    return this.verifies(policy, assertion, challenge, account, account.passkeys);
  }

  private isRemovedOne(
    policy: RelyingParty,
    assertion: ParsedAssertion,
    challenge: string,
    account: EnrolledAccount,
  ): boolean {
    return this.verifies(policy, assertion, challenge, account, account.removedPasskeys);
  }

  private verifies(
    policy: RelyingParty,
    assertion: ParsedAssertion,
    challenge: string,
    { userHandle }: EnrolledAccount,
    among: EnrolledAccount['removedPasskeys'],
  ): boolean {
    const passkey = among.find(({ credentialId }) => credentialId === assertion.credentialId);
    if (passkey === undefined) return false;
    return this.verifier.verify(assertion, {
      challenge,
      rpId: policy.rpId,
      origins: ceremonyOrigins(policy),
      userHandle,
      accountKnown: true,
      publicKey: passkey.publicKey,
      backupEligible: passkey.backupEligible,
    }).ok;
  }
}

/**
 * `unknownCredential` takes the passkey off the device for good (WebAuthn L3 §5.1.10): only for an id that no account has,
 * and for a removed one whose signature was verified.
 */
function signalsFor(policy: RelyingParty, cause: Cause, credentialId: CredentialId): Signals | undefined {
  return cause === 'passkey-removed' || cause === 'passkey-unknown'
    ? { unknownCredential: { rpId: policy.rpId, credentialId } }
    : undefined;
}
