import type { EnrolledAccount } from '../../domain/account/state.js';
import type { RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Keyring } from '../ports/keyring.js';
import { accountStream } from './account-address.js';
import type { AccountDirectory } from './account-directory.js';
import type { AccountRepository } from './account-repository.js';

/**
 * Accounts as their events leave them this moment, for answers that must not lag behind and decide nothing: who has just
 * removed a passkey is not to be told that it is there.
 */
export class KnownAccounts {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly keyring: Keyring,
    private readonly accounts: AccountRepository,
  ) {}

  subjectOf(rp: RelyingPartySlug, accountId: string): Promise<SubjectId | undefined> {
    return this.directory.subjectOfAccount(rp, accountId);
  }

  /** Why there is no account of this id. */
  async absence(rp: RelyingPartySlug, accountId: string): Promise<Rejection> {
    const subject = await this.directory.subjectOfAccount(rp, accountId);
    const isErased = subject !== undefined && (await this.keyring.isDestroyed(subject));
    return rejection(isErased ? 'account-erased' : 'account-not-found');
  }

  async byId(rp: RelyingPartySlug, accountId: string): Promise<EnrolledAccount | undefined> {
    const subject = await this.subjectOf(rp, accountId);
    return subject && this.bySubject(rp, subject);
  }

  async bySubject(rp: RelyingPartySlug, subject: SubjectId): Promise<EnrolledAccount | undefined> {
    const key = await this.keyring.find(subject);
    if (key === undefined) return undefined;
    const stream = accountStream({ rp, subject });
    const { state } = await this.accounts.current(stream, key);
    return state.status === 'enrolled' ? state : undefined;
  }
}
