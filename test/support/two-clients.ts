import fc from 'fast-check';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import type { AccountDecision } from '../../src/domain/account/decider.js';
import { passkeyAccount } from '../../src/domain/account/decider.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { PasskeyAccount } from '../../src/domain/account/state.js';
import type { Instant } from '../../src/domain/kernel/time.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/kernel/time.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { NOON } from './account-events.js';
import type { Step } from './account-histories.js';
import { deepFrozen, enrolment, OFTEN, SELDOM } from './account-histories.js';
import type { Move } from './account-moves.js';
import { commandOf } from './account-moves.js';
import { moomoo, mpchat } from './shipped-policies.js';

/** Limits that two clients come to within a short history. */
const NARROW = {
  passkeys: { maximum: 2 },
  factors: { codeMaximumGuesses: 2 },
  reset: { attemptsPerDay: 2 },
} as const;

const POLICIES: readonly RelyingParty[] = [
  moomoo,
  mpchat,
  {
    ...moomoo,
    passkeys: { ...moomoo.passkeys, ...NARROW.passkeys },
    factors: { ...moomoo.factors, ...NARROW.factors },
    ...(moomoo.reset && { reset: { ...moomoo.reset, ...NARROW.reset } }),
  },
  { ...moomoo, lockOut: { ...moomoo.lockOut, failures: 2 } },
  {
    ...moomoo,
    actions: moomoo.actions.map((action) =>
      ['remove-passkey', 'remove-device', 'add-passkey'].includes(action.name)
        ? { ...action, stoppedBy: ['phone-change'] }
        : action,
    ),
  },
  { ...moomoo, lockOut: { ...moomoo.lockOut, failuresInARow: 2 } },
];

export const arbitraryPolicy = fc.constantFrom(...POLICIES);

/** A move and whether its client reads the account anew before it, or goes by what it saw last. */
export interface ClientMove extends Move {
  readonly fresh: boolean;
}

/** What two clients do at the same time. Between rounds nothing is under way, however long that takes. */
export interface Round {
  readonly elapsed: number;
  readonly moves: readonly [readonly ClientMove[], readonly ClientMove[]];
  /** Which of them goes on by a step; whatever is left then is done by the first, then the second. */
  readonly turns: readonly (0 | 1)[];
}

type Type = Move['type'];

const clientMove = (type: fc.Arbitrary<Type>): fc.Arbitrary<ClientMove> =>
  fc.record({
    type,
    elapsed: fc.integer({ min: 0, max: 10 * SECOND }),
    apt: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    pick: fc.nat(1_000),
    other: fc.nat(1_000),
    fresh: fc.oneof(
      { weight: 4, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
  });

/** Both do the same: that is how what may be done once is done twice. */
const bothTheSame = (move: fc.Arbitrary<ClientMove>) =>
  move.map((same): Round['moves'] => {
    const fresh = { ...same, fresh: true };
    return [[fresh], [fresh]];
  });
const eachTheirOwn = (move: fc.Arbitrary<ClientMove>) =>
  fc.tuple(fc.array(move, { minLength: 1, maxLength: 3 }), fc.array(move, { maxLength: 3 }));

const elapsed = fc.oneof(
  { weight: 16, arbitrary: fc.integer({ min: 0, max: 10 * SECOND }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 6 * MINUTE }) },
  { weight: 1, arbitrary: fc.constantFrom(HOUR, DAY, 30 * DAY) },
);

const round = (move: fc.Arbitrary<ClientMove>): fc.Arbitrary<Round> =>
  fc.record({
    elapsed,
    moves: fc.oneof(bothTheSame(move), eachTheirOwn(move)),
    turns: fc.array(fc.constantFrom(0 as const, 1 as const), { maxLength: 12, size: 'max' }),
  });

/** Moves that belong together: among all of them, few histories would come as far as these do. */
const FOCUSES: readonly (readonly Type[])[] = [
  ['decide-sign-in-approval', 'collect-sign-in', 'sign-in-with-passkey', 'remove-device', 'register-passkey'],
  [
    'recover-sign-in',
    'collect-sign-in',
    'sign-in-by-fallback',
    'prove-security-check',
    'expire-sign-in-approval',
  ],
  [
    'request-reset',
    'record-liveness-verdict',
    'register-passkey',
    'put-account',
    'expire-reset',
    'cancel-reset',
  ],
  ['record-liveness-verdict', 'dispute-reset', 'register-passkey', 'unlock-account'],
  [
    'put-account',
    'confirm-factor',
    'prove-security-check',
    'pass-step-up',
    'start-step-up',
    'reinstate-factor',
  ],
  ['pass-step-up', 'redeem-step-up', 'prove-security-check', 'put-account'],
  ['erase-account', 'register-passkey', 'put-account', 'sign-in-with-passkey', 'pass-step-up'],
  ['remove-passkey', 'register-passkey', 'pass-step-up', 'put-account', 'prove-security-check'],
];

const types = fc.oneof(
  { weight: 2, arbitrary: fc.constant(fc.oneof(fc.constantFrom(...OFTEN), fc.constantFrom(...SELDOM))) },
  { weight: 3, arbitrary: fc.constantFrom(...FOCUSES).map((focus) => fc.constantFrom(...focus)) },
);

export interface Rounds {
  readonly enrolment: Move;
  readonly rounds: readonly Round[];
}

/** Proves a factor, then registers a passkey by it. */
const FIRST_PASSKEY: readonly Round[] = [0, 1].map(() => ({
  elapsed: SECOND,
  moves: [[{ type: 'register-passkey', elapsed: 0, apt: true, pick: 3, other: 1, fresh: true }], []],
  turns: [],
}));

export const roundsOfTwo: fc.Arbitrary<Rounds> = types.chain((type) =>
  fc
    .record({
      enrolment,
      first: fc.constantFrom([], FIRST_PASSKEY),
      others: fc.array(round(clientMove(type)), { minLength: 1, maxLength: 40, size: 'max' }),
    })
    .map(({ first, others, ...rest }) => ({ ...rest, rounds: [...first, ...others] })),
);

/** A step of the account's history, and whose it was. A step without events is an answer that wrote nothing. */
export interface StepOfTwo extends Step {
  readonly client: 0 | 1;
}

interface Loaded {
  readonly state: PasskeyAccount;
  readonly length: number;
}

/** The stream of one account, as a store keeps it. */
class Stream {
  readonly events: AccountEvent[] = [];
  readonly steps: StepOfTwo[] = [];

  refresh({ state, length }: Loaded): Loaded {
    const tail = this.events.slice(length);
    return { state: tail.reduce(passkeyAccount.evolve, state), length: length + tail.length };
  }
}

const NOTHING: Loaded = { state: passkeyAccount.initialState, length: 0 };

/** Loads, decides, appends at the revision decided on; on a conflict reads the tail and decides again. One phase at a time. */
class Client {
  private loaded = NOTHING;
  private underWay: { readonly command: AccountCommand; decision: AccountDecision | null } | null = null;

  constructor(
    private readonly name: 0 | 1,
    private readonly stream: Stream,
    private readonly policy: RelyingParty,
    private readonly atItsRevision: boolean,
  ) {}

  get busy(): boolean {
    return this.underWay !== null;
  }

  begin(move: ClientMove, at: Instant, index: number): void {
    if (move.fresh) this.loaded = this.stream.refresh(this.loaded);
    const command = deepFrozen(commandOf(move, this.loaded.state, this.policy, at, index));
    this.underWay = { command, decision: null };
  }

  /** One phase on: a decision, or what comes of it. */
  goOn(): void {
    const { loaded, policy, stream, underWay } = this;
    if (underWay === null) return;
    const { command, decision } = underWay;
    if (decision === null) {
      underWay.decision = passkeyAccount.decide(command, deepFrozen(loaded.state), policy);
      return;
    }
    if (loaded.length < stream.events.length && this.atItsRevision) {
      this.loaded = stream.refresh(loaded);
      underWay.decision = null;
      return;
    }
    const before = stream.refresh(loaded).state;
    stream.events.push(...decision.events);
    this.loaded = stream.refresh(loaded);
    stream.steps.push({ client: this.name, command, before, decision, after: this.loaded.state });
    this.underWay = null;
  }
}

/**
 * The history that comes of it, in the order of the stream.
 * @param atItsRevision false for a store that appends whatever else was appended meanwhile, which no store may do
 */
export function interleave(
  policy: RelyingParty,
  { enrolment: first, rounds }: Rounds,
  atItsRevision = true,
): readonly StepOfTwo[] {
  const stream = new Stream();
  const clients = [0, 1].map((name) => new Client(name as 0 | 1, stream, policy, atItsRevision)) as [
    Client,
    Client,
  ];
  let at: Instant = NOON;
  let index = 0;
  const finish = (client: Client) => {
    while (client.busy) client.goOn();
  };
  clients[0].begin({ ...first, fresh: true }, at, index++);
  finish(clients[0]);
  for (const { elapsed: pause, moves, turns } of rounds) {
    at += pause;
    const left = moves.map((list) => [...list]);
    const turn = (name: 0 | 1) => {
      const client = clients[name];
      if (client.busy) {
        client.goOn();
        return;
      }
      const move = left[name]?.shift();
      if (move === undefined) return;
      at += move.elapsed;
      client.begin(move, at, index++);
    };
    turns.forEach(turn);
    for (const name of [0, 1] as const) {
      while (clients[name].busy || left[name]?.length) turn(name);
    }
  }
  return stream.steps;
}
