import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { AccountDirectory } from '../accounts/account-directory.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { AccountKey, Keyring } from '../ports/keyring.js';
import type { ReadModels } from '../ports/read-models.js';

/** A query waits no longer than this for what its caller has already seen committed. */
const LONGEST_WAIT = 5 * SECOND;

/** One that names no position still waits this long for what is recorded by now, and then answers what it has. */
const COURTESY_WAIT = SECOND / 4;

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
  /** Undefined where the account was erased: what was sealed then reads `redacted`. */
  readonly key: AccountKey | undefined;
}

/** Finds the account of a query and waits until its read model has caught up with what the caller knows. */
export class AccountReader {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly keyring: Keyring,
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
  ) {}

  async read<Answer>(
    query: AccountQuery,
    projection: string,
    work: (account: ReadAccount) => Promise<Answer | undefined>,
  ): Promise<Reading<Answer>> {
    const subject = await this.directory.subjectOfAccount(query.policy.slug, query.accountId);
    if (subject === undefined) return { ok: false, rejection: rejection('account-not-found') };
    if (query.after === null) {
      await this.readModels.reached(projection, await this.store.head(), COURTESY_WAIT);
    } else if (!(await this.readModels.reached(projection, query.after, LONGEST_WAIT))) {
      return { ok: false, rejection: rejection('position-not-reached') };
    }
    const answer = await work({ subject, key: await this.keyring.find(subject) });
    return answer === undefined
      ? { ok: false, rejection: rejection('account-not-found') }
      : { ok: true, answer };
  }
}
