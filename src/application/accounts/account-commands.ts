import type { AccountCommand } from '../../domain/account/commands.js';
import type { AccountEvent } from '../../domain/account/events.js';
import { evolve } from '../../domain/account/evolve.js';
import type { EnrolledAccount, PasskeyAccount } from '../../domain/account/state.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { EventStore, Position } from '../ports/event-store.js';
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
  /** Of the whole store: any read that reaches it sees all that is recorded now. */
  head(): Promise<Position>;
  /** For preparing a command only: every decision is made, and made again, on the stream's own revision. */
  state(): Promise<PasskeyAccount>;
  /**
   * @param answer what the caller is told; called once
   * @param effect done once the decision stands and before the answer is remembered or given; where events are
   *   appended it is done after them, so it must bear being lost to a crash
   */
  decide<Answer>(
    command: AccountCommand,
    answer: (events: readonly AccountEvent[], after: EnrolledAccount) => Answer,
    effect?: () => Promise<void>,
  ): Promise<Outcome<Answer>>;
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
    if (key === undefined) return refused(rejection('account-not-found'));
    return this.run(context, { rp: context.policy.slug, subject }, key, work);
  }

  /** As `onAccount`, for one that need not exist yet. */
  async onNewAccount<Answer>(
    context: CommandContext,
    accountId: string,
    work: Work<Answer>,
  ): Promise<Outcome<Answer>> {
    const subject = await this.directory.referenceAccount(context.policy.slug, accountId);
    const key = await this.keyring.obtain(subject);
    return this.run(context, { rp: context.policy.slug, subject }, key, work);
  }

  private run<Answer>(
    context: CommandContext,
    address: AccountAddress,
    key: AccountKey,
    work: Work<Answer>,
  ): Promise<Outcome<Answer>> {
    const stream = accountStream(address);
    return this.idempotency.once<Answer>(context.idempotency, key, (commandId, remember) =>
      work({
        address,
        stream,
        key,
        owner: context.idempotency?.scope ?? commandId,
        head: () => this.store.head(),
        state: async () => (await this.accounts.load(stream, key)).state,
        // A command is one decision, and its answer is the command's: that is what a retry gets.
        decide: (command, answer, effect) =>
          this.decide(
            { context, stream, key, commandId, remember: remember as Remember<unknown> | undefined },
            command,
            answer,
            effect,
          ),
      }),
    );
  }

  private async decide<Answer>(
    { context, stream, key, commandId, remember }: Run,
    command: AccountCommand,
    answer: (events: readonly AccountEvent[], after: EnrolledAccount) => Answer,
    effect: (() => Promise<void>) | undefined,
  ): Promise<Outcome<Answer>> {
    let remembered: { readonly answer: Answer } | undefined;
    const executed = await this.executor.execute({
      stream,
      key,
      policy: context.policy,
      cause: { correlationId: context.correlationId, actor: context.actor, endUser: context.endUser },
      commandId,
      command,
      ...(remember && {
        beforeAppend: async (planned, events, before) => {
          remembered = { answer: answer(events, enrolledAfter(events.reduce(evolve, before))) };
          await remember({ planned, count: events.length }, remembered.answer);
        },
      }),
    });
    if (executed.rejection !== undefined) return refused(executed.rejection);
    await effect?.();
    // What was remembered is what is answered: a secret or a signature made anew would be another one.
    const given = remembered?.answer ?? answer(executed.events, enrolledAfter(executed.state));
    if (executed.position !== null) return { ok: true, answer: given, position: executed.position };
    const position = await this.store.head();
    await remember?.({ position }, given);
    return { ok: true, answer: given, position };
  }
}

function enrolledAfter(state: PasskeyAccount): EnrolledAccount {
  if (state.status !== 'enrolled')
    throw new Error('a command was accepted on an account that does not exist');
  return state;
}
