import type fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { AccountCommands } from '../../src/application/accounts/account-commands.js';
import { AccountDirectory } from '../../src/application/accounts/account-directory.js';
import type { LoadedAccount } from '../../src/application/accounts/account-repository.js';
import { AccountRepository } from '../../src/application/accounts/account-repository.js';
import type { Executed } from '../../src/application/accounts/execute-decision.js';
import { DecisionExecutor } from '../../src/application/accounts/execute-decision.js';
import { Idempotency } from '../../src/application/accounts/idempotency.js';
import type { Outcome } from '../../src/application/accounts/outcome.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { AccountKey } from '../../src/application/ports/keyring.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { SubjectId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { CanonicalClaimCodec } from '../../src/infrastructure/codec/claim-codec.js';
import type { Tier } from '../../src/infrastructure/tier.js';
import { openEmbeddedTier } from '../../src/infrastructure/embedded-tier.js';
import { CryptoIdentifiers } from '../../src/infrastructure/keys/identifiers.js';
import { CommandMetrics } from '../../src/infrastructure/observability/command-metrics.js';
import { openLoggers } from '../../src/infrastructure/observability/logger.js';
import { NOON } from './account-events.js';
import { commandOf } from './account-moves.js';
import { AdvancingClock } from './advancing-clock.js';
import { settingsFor } from './running-server.js';
import type { ClientMove, Rounds } from './two-clients.js';

/** Everything that keeps something, in a folder of its own. */
export function openTier(): Promise<Tier> {
  const clock = new AdvancingClock();
  return openEmbeddedTier(settingsFor(0), clock, new CommandMetrics(), openLoggers('silent').logger);
}

/** The same store, whose answers come when the scheduler lets them: so two clients meet in every order. */
export function scheduled(store: EventStore, scheduler: fc.Scheduler): EventStore {
  const turn = (what: string) => scheduler.schedule(Promise.resolve(), what);
  return {
    async append(stream, events, expected) {
      await turn('append');
      return store.append(stream, events, expected);
    },
    async *readStream(stream, from) {
      await turn('read');
      yield* store.readStream(stream, from);
    },
    readAt: (positions) => store.readAt(positions),
    streamsNamed: (...named) => store.streamsNamed(...named),
    readAll: (after, filter) => store.readAll(after, filter),
    subscribeAll: (after, filter) => store.subscribeAll(after, filter),
    head: () => store.head(),
  };
}

/** A command that was answered, and how long the stream was when it was asked and when it was answered. */
export interface Answered {
  readonly command: AccountCommand;
  readonly executed: Executed;
  readonly asked: number;
  readonly told: number;
}

export interface OnDisk {
  readonly answers: readonly Answered[];
  readonly recorded: readonly AccountEvent[];
}

/** Two processes, each with a cache of its own, on one store: all they know of each other is the stream. */
export async function playOnDisk(
  tier: Tier,
  policy: RelyingParty,
  { enrolment, rounds }: Rounds,
  scheduler: fc.Scheduler,
): Promise<OnDisk> {
  const identifiers = new CryptoIdentifiers(tier.keys);
  const subject = as<SubjectId>(identifiers.randomId());
  const stream = `account-${policy.slug}.${subject}`;
  const key = await tier.keyring.obtain(subject);
  const store = scheduled(tier.events, scheduler);
  const answers: Answered[] = [];
  const length = async () => (await tier.events.head()) - begun;
  const begun = await tier.events.head();
  let at = NOON;
  let index = 0;

  const process = () => {
    const cache = new LRUCache<string, LoadedAccount>({ max: 10 });
    const accounts = new AccountRepository(store, tier.codec, tier.snapshots, cache);
    const executor = new DecisionExecutor(accounts, store, tier.codec, identifiers);
    return async (moves: readonly ClientMove[]) => {
      for (const move of moves) {
        const loaded = await accounts.load(stream, key);
        const { state } = move.fresh ? await accounts.refresh(stream, key, loaded) : loaded;
        at += move.elapsed;
        const command = commandOf(move, state, policy, at, index++);
        const asked = await length();
        const executed = await executor.execute({
          stream,
          key,
          policy,
          cause: { correlationId: 'of a test', actor: 'client', endUser: {} },
          commandId: identifiers.commandId(),
          command,
          beforeAppend: () => undefined,
        });
        answers.push({ command, executed, asked, told: await length() });
      }
    };
  };
  const processes = [process(), process()] as const;
  await scheduler.waitFor(processes[0]([{ ...enrolment, fresh: true }]));
  for (const { elapsed, moves } of rounds) {
    at += elapsed;
    await scheduler.waitFor(Promise.all([processes[0](moves[0]), processes[1](moves[1])]));
  }
  return { answers, recorded: await recordedIn(tier, stream, key) };
}

export interface Told {
  readonly key: string;
  readonly outcome: Outcome<{ readonly events: readonly AccountEvent[]; readonly secret: string }>;
}

/** Each round's first command under a key of its own, by two requests to one process at the same time and by one after. */
export async function repeatOnDisk(
  tier: Tier,
  policy: RelyingParty,
  { enrolment, rounds }: Rounds,
  scheduler: fc.Scheduler,
): Promise<{ readonly told: readonly Told[]; readonly recorded: readonly AccountEvent[] }> {
  const identifiers = new CryptoIdentifiers(tier.keys);
  const subject = as<SubjectId>(identifiers.randomId());
  const stream = `account-${policy.slug}.${subject}`;
  const key = await tier.keyring.obtain(subject);
  const store = scheduled(tier.events, scheduler);
  const clock = new AdvancingClock();
  const accounts = new AccountRepository(store, tier.codec, tier.snapshots, new LRUCache({ max: 10 }));
  const commands = new AccountCommands(
    new AccountDirectory(store, new CanonicalClaimCodec(), identifiers, clock, new LRUCache({ max: 10 })),
    tier.keyring,
    accounts,
    new DecisionExecutor(accounts, store, tier.codec, identifiers),
    new Idempotency(tier.ephemeral, store, identifiers, clock),
    store,
    true,
  );
  const told: Told[] = [];
  const send = async (scope: string, command: AccountCommand) => {
    const context = { ...CALLED, policy, idempotency: { scope, bodyHash: 'of the same body' } };
    const outcome = await commands.onSubject(context, subject, (account) =>
      account.decide(command, (events) => ({ events, secret: identifiers.secret() })),
    );
    told.push({ key: scope, outcome });
  };
  let at = NOON;
  // An erasure answers by its receipt, for nothing of the account can be remembered after it.
  const moves = [
    { ...enrolment, fresh: true },
    ...rounds.flatMap((round) => round.moves[0].slice(0, 1)),
  ].filter(({ type }) => type !== 'erase-account');
  for (const [index, move] of moves.entries()) {
    at += move.elapsed;
    const { state } = await scheduler.waitFor(accounts.load(stream, key));
    const command = commandOf(move, state, policy, at, index);
    const scope = identifiers.randomId();
    await scheduler.waitFor(Promise.all([send(scope, command), send(scope, command)]));
    await scheduler.waitFor(send(scope, command));
  }
  return { told, recorded: await recordedIn(tier, stream, key) };
}

const CALLED = {
  actor: 'client',
  correlationId: 'of a test',
  endUser: {},
  language: 'en',
  onRelyingPartysWord: false,
} as const;

async function recordedIn(tier: Tier, stream: string, key: AccountKey): Promise<AccountEvent[]> {
  const events: AccountEvent[] = [];
  for await (const recorded of tier.events.readStream(stream, 0)) {
    events.push(tier.codec.decode(recorded, key).event);
  }
  return events;
}
