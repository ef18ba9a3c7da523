import type { AccountCommand } from '../../domain/account/commands.js';
import type { AccountEvent } from '../../domain/account/events.js';
import type { EnrolledAccount, PasskeyAccount } from '../../domain/account/state.js';
import type { Rejection, RejectionCode } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { EventStore } from '../ports/event-store.js';
import type { AccountKey, Keyring } from '../ports/keyring.js';
import type { AccountAddress } from './account-address.js';
import { accountStream } from './account-address.js';
import type { AccountDirectory } from './account-directory.js';
import type { AccountRepository } from './account-repository.js';
import type { CommandContext } from './context.js';
import type { DecisionExecutor } from './execute-decision.js';
import type { Idempotency, Remember } from './idempotency.js';
import type { Outcome } from './outcome.js';
import { refused } from './outcome.js';

/** One account, within one command. */
export interface AccountAtHand {
  readonly address: AccountAddress;
  readonly stream: string;
  readonly key: AccountKey;
  /** Who may go on with what this command took: the same for a retry with the same idempotency key. */
  readonly owner: string;
  /**
   * For preparing a command only: every decision is made, and made again, on the stream's own revision. What is prepared from it may
   * be a refusal's reason, so that it is never behind what another process has answered.
   */
  state(): Promise<PasskeyAccount>;
  /** As it stands now, the tail read: for a refusal that comes before any decision (invariant 18). */
  current(): Promise<PasskeyAccount>;
  /** @param answer what the caller is told; called once */
  decide<Answer>(
    command: AccountCommand,
    answer: (events: readonly AccountEvent[], after: EnrolledAccount) => Answer | Promise<Answer>,
    more?: DecisionOptions,
  ): Promise<Outcome<Answer>>;
  /** Answers a command that takes no decision. A retry is told the same. */
  tell<Answer>(answer: Answer): Promise<Outcome<Answer>>;
}

export interface DecisionOptions {
  /**
   * Done once the decision stands and before the answer is remembered or given; where events are appended it is done
   * after them, so it must bear being lost to a crash. What it refuses is refused.
   */
  readonly effect?: () => Promise<Rejection | undefined>;
  /** The refusal whose recording is what the caller asked for: it is answered, and remembered, as a success. */
  readonly takesDown?: RejectionCode;
}

/** One run of a command, under the idempotency key it came with. */
interface Run {
  readonly context: CommandContext;
  readonly stream: string;
  readonly key: AccountKey;
  readonly commandId: string;
  readonly remember: Remember<unknown> | undefined;
}

type Work<Answer> = (account: AccountAtHand) => Promise<Outcome<Answer>>;

/** Where every command of an account passes: found, keyed, run once per idempotency key, decided, appended. */
export class AccountCommands {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly keyring: Keyring,
    private readonly accounts: AccountRepository,
    private readonly executor: DecisionExecutor,
    private readonly idempotency: Idempotency,
    private readonly store: EventStore,
    /** Nobody else appends: what is cached is all there is. */
    private readonly writesAlone: boolean,
  ) {}

  async onAccount<Answer>(
    context: CommandContext,
    accountId: string,
    work: Work<Answer>,
  ): Promise<Outcome<Answer>> {
    const subject = await this.directory.subjectOfAccount(context.policy.slug, accountId);
    if (subject === undefined) return refused(rejection('account-not-found'));
    return this.onSubject(context, subject, work);
  }

  async onSubject<Answer>(
    context: CommandContext,
    subject: SubjectId,
    work: Work<Answer>,
  ): Promise<Outcome<Answer>> {
    const key = this.keyring.cached(subject) ?? (await this.keyring.find(subject));
    if (key !== undefined) return this.run(context, { rp: context.policy.slug, subject }, key, work);
    const isErased = await this.keyring.isDestroyed(subject);
    return refused(rejection(isErased ? 'account-erased' : 'account-not-found'));
  }

  /** As `onAccount`, for one that need not exist yet. */
  async onNewAccount<Answer>(
    context: CommandContext,
    accountId: string,
    work: Work<Answer>,
  ): Promise<Outcome<Answer>> {
    const subject = await this.directory.referenceAccount(context.policy.slug, accountId);
    let key: AccountKey;
    try {
      key = await this.keyring.obtain(subject);
    } catch (failure) {
      // Asked for afterwards: another process may be erasing the account meanwhile.
      if (await this.keyring.isDestroyed(subject)) return refused(rejection('account-erased'));
      throw failure;
    }
    return this.run(context, { rp: context.policy.slug, subject }, key, work);
  }

  private run<Answer>(
    context: CommandContext,
    address: AccountAddress,
    key: AccountKey,
    work: Work<Answer>,
  ): Promise<Outcome<Answer>> {
    const stream = accountStream(address);
    // A key is the account's too: where the body alone names it, one key may come with two accounts.
    const claim = context.idempotency && {
      ...context.idempotency,
      scope: `${stream}|idempotency|${context.idempotency.scope}`,
    };
    return this.idempotency.once<Answer>(claim, key, (commandId, remember) =>
      work({
        address,
        stream,
        key,
        owner: claim?.scope ?? commandId,
        state: async () =>
          this.writesAlone
            ? (await this.accounts.load(stream, key)).state
            : (await this.accounts.current(stream, key)).state,
        current: async () => (await this.accounts.current(stream, key)).state,
        // A command is one decision, and its answer is the command's: that is what a retry gets.
        decide: (command, answer, more = {}) =>
          this.decide(
            { context, stream, key, commandId, remember: remember as Remember<unknown> | undefined },
            command,
            answer,
            more,
          ),
        tell: (answer) => this.tell(remember as Remember<unknown> | undefined, answer),
      }),
    );
  }

  private async decide<Answer>(
    { context, stream, key, commandId, remember }: Run,
    command: AccountCommand,
    answer: (events: readonly AccountEvent[], after: EnrolledAccount) => Answer | Promise<Answer>,
    { effect, takesDown }: DecisionOptions,
  ): Promise<Outcome<Answer>> {
    let prepared: { readonly answer: Answer } | undefined;
    const executed = await this.executor.execute({
      stream,
      key,
      policy: context.policy,
      cause: { correlationId: context.correlationId, actor: context.actor, endUser: context.endUser },
      commandId,
      command,
      ...(takesDown && { takesDown }),
      beforeAppend: async (planned, events, after) => {
        prepared = { answer: await answer(events, enrolledAfter(after)) };
        await remember?.({ planned, count: events.length }, prepared.answer);
      },
    });
    if (executed.rejection !== undefined) return refused(executed.rejection);
    const failed = await effect?.();
    if (failed !== undefined) return refused(failed);
    if (executed.position === null) {
      return this.tell(remember, await answer(executed.events, enrolledAfter(executed.state)));
    }
    // What was remembered is what is answered: a secret or a signature made anew would be another one.
    if (prepared === undefined) throw new Error('what an accepted command appended has no answer');
    return { ok: true, answer: prepared.answer, position: executed.position };
  }

  private async tell<Answer>(
    remember: Remember<unknown> | undefined,
    answer: Answer,
  ): Promise<Outcome<Answer>> {
    const position = await this.store.head();
    await remember?.({ position }, answer);
    return { ok: true, answer, position };
  }
}

function enrolledAfter(state: PasskeyAccount): EnrolledAccount {
  if (state.status !== 'enrolled')
    throw new Error('a command was accepted on an account that does not exist');
  return state;
}
