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
import type { Move } from './account-moves.js';
import { commandOf } from './account-moves.js';
import { moomoo, mpchat } from './shipped-policies.js';

export const OFTEN = [
  'prove-security-check',
  'register-passkey',
  'pass-step-up',
  'remove-passkey',
  'dispute-reset',
  'decide-sign-in-approval',
] as const;
export const SELDOM = [
  'put-account',
  'confirm-factor',
  'start-security-check',
  'unlock-account',
  'withdraw-proposal',
  'reinstate-factor',
  'start-registration',
  'rename-passkey',
  'sign-in-with-passkey',
  'start-step-up',
  'redeem-step-up',
  'request-reset',
  'record-liveness-verdict',
  'expire-reset',
  'cancel-reset',
  'sign-in-by-fallback',
  'collect-sign-in',
  'recover-sign-in',
  'expire-sign-in-approval',
  'remove-device',
] as const;

const move = (type: fc.Arbitrary<Move['type']>, elapsed: fc.Arbitrary<number>): fc.Arbitrary<Move> =>
  fc.record({
    type,
    elapsed,
    apt: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    pick: fc.nat(1_000),
    other: fc.nat(1_000),
  });

export const enrolment = fc.oneof(
  move(fc.constant('put-account'), fc.constant(0)),
  // With a phone and an email.
  move(fc.constant('put-account'), fc.constant(0)).map((first) => ({ ...first, pick: 0 })),
);

/** An enrolment and whatever comes after it. */
export const moves: fc.Arbitrary<readonly Move[]> = fc
  .tuple(
    enrolment,
    fc.array(
      move(
        fc.oneof(fc.constantFrom(...OFTEN), fc.constantFrom(...SELDOM)),
        fc.oneof(
          { weight: 20, arbitrary: fc.integer({ min: 0, max: 10 * SECOND }) },
          { weight: 3, arbitrary: fc.integer({ min: 0, max: 6 * MINUTE }) },
          { weight: 1, arbitrary: fc.constantFrom(HOUR, DAY, 30 * DAY) },
        ),
      ),
      { minLength: 1, maxLength: 60, size: 'max' },
    ),
  )
  .map(([first, rest]) => [first, ...rest]);

/** Those that ship with the product, and one that locks soon enough for a history to come to it. */
export const POLICIES = {
  moomoo,
  mpchat,
  'disables-soon': { ...moomoo, lockOut: { ...moomoo.lockOut, failuresInARow: 3 } },
  'locks-soon': { ...moomoo, lockOut: { ...moomoo.lockOut, failures: 2 } },
} as const satisfies Record<string, RelyingParty>;

export interface Step {
  readonly command: AccountCommand;
  readonly before: PasskeyAccount;
  readonly decision: AccountDecision;
  readonly after: PasskeyAccount;
}

export function play(policy: RelyingParty, choices: readonly Move[]): readonly Step[] {
  let at: Instant = NOON;
  let before = passkeyAccount.initialState;
  return choices.map((choice, index) => {
    at += choice.elapsed;
    const command = commandOf(choice, before, policy, at, index);
    const decision = passkeyAccount.decide(deepFrozen(command), deepFrozen(before), policy);
    const after = decision.events.reduce(passkeyAccount.evolve, before);
    const step = { command, before, decision, after };
    before = after;
    return step;
  });
}

export const eventsOf = (steps: readonly Step[]): readonly AccountEvent[] =>
  steps.flatMap(({ decision }) => decision.events);

/** Whoever writes to it, or to anything in it, throws. */
export function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}
