import { expect } from '@jest/globals';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { passkeyAccount } from '../../src/domain/account/decider.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { PasskeyAccount } from '../../src/domain/account/state.js';
import type { RejectionCode } from '../../src/domain/kernel/rejection.js';
import { rejection } from '../../src/domain/kernel/rejection.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { moomoo } from './shipped-policies.js';

interface Told {
  /** Exactly these events in this order, and no refusal. */
  then(...events: readonly AccountEvent[]): void;
  /** This refusal with these details and no others, and exactly these events recorded of it. */
  thenRefused(
    refusal: RejectionCode | readonly [RejectionCode, Readonly<Record<string, unknown>>],
    ...events: readonly AccountEvent[]
  ): void;
}

export interface Story {
  readonly state: PasskeyAccount;
  when(command: AccountCommand, policy?: RelyingParty): Told;
}

/** What happened before; every spec of a decision starts with it. Under moomoo's policy unless another is named. */
export function given(...events: readonly AccountEvent[]): Story {
  const state = events.reduce(passkeyAccount.evolve, passkeyAccount.initialState);
  return {
    state,
    when(command, policy = moomoo) {
      const decision = passkeyAccount.decide(command, state, policy);
      return {
        then: (...expected) => expect(decision).toStrictEqual({ events: expected }),
        thenRefused: (refusal, ...expected) => {
          const [code, details] = typeof refusal === 'string' ? [refusal] : refusal;
          expect(decision).toStrictEqual({ events: expected, rejection: rejection(code, details) });
        },
      };
    },
  };
}
