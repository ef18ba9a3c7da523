import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { AccountDirectory } from '../accounts/account-directory.js';
import type { Position } from '../ports/event-store.js';
import type { AccountKey, Keyring } from '../ports/keyring.js';
import type { ReadSide } from './read-side.js';

/** What a query about one account is told, or why it isn't. */
export type Reading<Answer> =
  { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly rejection: Rejection };

export interface AccountQuery {
  readonly policy: RelyingParty;
  readonly accountId: string;
  /** The position that the answer must reflect, from the command that the caller saw answered. */
  readonly after: Position | null;
}

export interface ReadAccount {
  readonly subject: SubjectId;
  /** Undefined where the account was erased while it was read: what was sealed then reads `redacted`. */
  readonly key: AccountKey | undefined;
}

/** Finds the account of a query and waits until its read model has caught up with what the caller knows. */
export class AccountReader {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly keyring: Keyring,
    private readonly readSide: ReadSide,
  ) {}

  async read<Answer>(
    query: AccountQuery,
    projection: string,
    work: (account: ReadAccount) => Promise<Answer | undefined>,
  ): Promise<Reading<Answer>> {
    const subject = await this.directory.subjectOfAccount(query.policy.slug, query.accountId);
    if (subject === undefined) return { ok: false, rejection: rejection('account-not-found') };
    if (await this.keyring.isDestroyed(subject)) return { ok: false, rejection: rejection('account-erased') };
    const late = await this.readSide.caughtUp([projection], query.after);
    if (late !== undefined) return { ok: false, rejection: late };
    const answer = await work({ subject, key: await this.keyring.find(subject) });
    return answer === undefined
      ? { ok: false, rejection: rejection('account-not-found') }
      : { ok: true, answer };
  }
}
