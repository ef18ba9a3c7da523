import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { passkeyAccount } from '../../../src/domain/account/decider.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { PasskeyAccount, SignInApproval } from '../../../src/domain/account/state.js';
import { approvalStatus } from '../../../src/domain/account/rules/sign-in-approval.js';
import { isUndecided } from '../../../src/domain/account/sign-in-approvals.js';
import { REDACTED } from '../../../src/domain/kernel/event.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import { check, prove, WRONG } from '../../support/account-commands.js';
import { CONTACTS, enrolled, NOON, registered, stepUpPassed } from '../../support/account-events.js';
import type { Step } from '../../support/account-histories.js';
import { deepFrozen, eventsOf, moves, play, POLICIES } from '../../support/account-histories.js';
import { given } from '../../support/account-story.js';
import { moomoo } from '../../support/shipped-policies.js';
import { ACCOUNT_EVENT_TYPES, arbitraryEvent } from '../../versioning/arbitrary-account-events.js';

const { decide, evolve, initialState } = passkeyAccount;
const SLUGS = ['moomoo', 'mpchat', 'locks-soon', 'disables-soon'] as const;

/** Whether its end, or what was decided of it, is among these: the end of the device that approved it is its own. */
const toldOf = (events: readonly AccountEvent[], { approvalId, approvedBy }: SignInApproval): boolean =>
  events.some(
    ({ data, type }) =>
      ('approvalId' in data && data.approvalId === approvalId) ||
      (type === 'DeviceRemoved' && data.deviceId === approvedBy),
  );

/** Holds for every history under every policy. */
function always(holds: (steps: readonly Step[], policy: RelyingParty) => void): void {
  fc.assert(
    fc.property(fc.constantFrom(...SLUGS), moves, (slug, choices) => {
      holds(play(POLICIES[slug], choices), POLICIES[slug]);
    }),
  );
}

const anyEvents = fc.array(fc.constantFrom(...ACCOUNT_EVENT_TYPES).chain(arbitraryEvent), { maxLength: 12 });

describe('the histories that are tried here', () => {
  const tried = fc
    .sample(moves, { numRuns: 800, seed: 2 })
    .flatMap((choices) => SLUGS.map((slug) => play(POLICIES[slug], choices)));

  it('come to every kind of event but the last of all, after which nothing is left to try', () => {
    const seen = new Set<string>(tried.flatMap(eventsOf).map(({ type }) => type));
    expect([...seen, 'AccountErased'].sort()).toStrictEqual([...ACCOUNT_EVENT_TYPES].sort());
  });

  it('have every command accepted and every command refused', () => {
    const seen = (accepted: boolean): readonly AccountCommand['type'][] => [
      ...new Set(
        tried
          .flat()
          .filter(({ decision }) => (decision.rejection === undefined) === accepted)
          .map(({ command }) => command.type),
      ),
    ];
    expect([...seen(true)].sort()).toStrictEqual([
      'cancel-reset',
      'collect-sign-in',
      'confirm-factor',
      'decide-sign-in-approval',
      'dispute-reset',
      'expire-reset',
      'expire-sign-in-approval',
      'pass-step-up',
      'prove-security-check',
      'put-account',
      'record-liveness-verdict',
      'recover-sign-in',
      'redeem-step-up',
      'register-passkey',
      'reinstate-factor',
      'remove-device',
      'remove-passkey',
      'rename-passkey',
      'request-reset',
      'sign-in-by-fallback',
      'sign-in-with-passkey',
      'start-registration',
      'start-security-check',
      'start-step-up',
      'unlock-account',
      'withdraw-proposal',
    ]);
    expect([...seen(false)].sort()).toStrictEqual(
      [...seen(true)].filter((type) => type !== 'expire-reset').sort(),
    );
  });
});

describe('evolve', () => {
  it('takes any event on any state, and writes to neither', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const states = events.map((_event, index) => events.slice(0, index).reduce(evolve, initialState));
        events.forEach((event, index) =>
          evolve(deepFrozen(states[index] ?? initialState), deepFrozen(event)),
        );
      }),
    );
  });

  it('takes any event on the state of any history', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SLUGS), moves, anyEvents, (slug, choices, events) => {
        const state = play(POLICIES[slug], choices).at(-1)?.after ?? initialState;
        events.reduce((before, event) => evolve(deepFrozen(before), deepFrozen(event)), state);
      }),
    );
  });

  it('makes nothing of whatever happened before the enrolment, or of a second one', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const before = events.filter(({ type }) => type !== 'AccountEnrolled');
        expect(before.reduce(evolve, initialState)).toStrictEqual({ status: 'not-enrolled' });
      }),
    );
    const { state } = given(enrolled());
    expect(evolve(state, enrolled({}, NOON + 1))).toStrictEqual(state);
  });

  it('gives a state that is plain JSON, so that a snapshot is the state itself', () => {
    const roundTrip = (state: PasskeyAccount): unknown => JSON.parse(JSON.stringify(state));
    always((steps) => {
      for (const { after } of steps) expect(roundTrip(after)).toStrictEqual(after);
    });
    fc.assert(
      fc.property(anyEvents, (events) => {
        const state = events.reduce(evolve, given(enrolled()).state);
        expect(roundTrip(state)).toStrictEqual(state);
      }),
    );
  });
});

describe('a decision', () => {
  it('is the same when it is made again', () => {
    always((steps, policy) => {
      for (const { command, before, decision } of steps) {
        expect(decide(command, before, policy)).toStrictEqual(decision);
      }
    });
  });

  it('that was accepted comes to nothing when its command is issued again', () => {
    always((steps, policy) => {
      for (const { command, decision, after } of steps) {
        if (decision.rejection === undefined) {
          expect(decide(command, after, policy).events).toStrictEqual([]);
        }
      }
    });
  });

  it('dates its events as its command', () => {
    always((steps) => {
      for (const { command, decision } of steps) {
        for (const event of decision.events) expect(event.at).toBe(command.at);
      }
    });
  });

  it('makes no event of an account that is not enrolled', () => {
    always((steps, policy) => {
      for (const { command } of steps.slice(1)) {
        const { events } = decide(command, initialState, policy);
        const types = events.map(({ type }) => type);
        expect(types).toStrictEqual(
          command.type === 'put-account' ? ['AccountEnrolled', ...types.slice(1)] : [],
        );
      }
    });
  });
});

describe('the state', () => {
  it('keeps nothing that expired more than ten minutes before its last event', () => {
    always((steps) => {
      for (const { after, decision } of steps) {
        const last = decision.events.at(-1);
        if (last === undefined || after.status !== 'enrolled') continue;
        const oldest = last.at - 10 * MINUTE;
        const expiries = [
          ...after.grants.map(({ rememberedUntil }) => rememberedUntil),
          ...after.guessedChecks.map(({ expiresAt }) => expiresAt),
          ...after.stepUps.map(({ expiresAt }) => expiresAt),
          ...after.approvals
            .filter((approval) => !isUndecided(approval) && !toldOf(decision.events, approval))
            .map(({ expiresAt }) => expiresAt),
        ];
        expect(expiries.filter((expiry) => expiry <= oldest)).toStrictEqual([]);
        expect(after.failures.length).toBeLessThanOrEqual(100);
      }
    });
  });

  it('keeps sign-ins that nobody has said are over only until the next one is asked for', () => {
    always((steps) => {
      for (const { after, decision } of steps) {
        const asked = decision.events.findLast(({ type }) => type === 'SignInApprovalRequested');
        if (asked === undefined || after.status !== 'enrolled') continue;
        const left = after.approvals.filter(isUndecided);
        expect(left.filter((each) => approvalStatus(after, each, asked.at) === 'expired')).toStrictEqual([]);
      }
    });
  });

  it('stays small however long the account is used', () => {
    let state = given(enrolled(CONTACTS), registered()).state;
    let largest = 0;
    for (let minute = 1; minute <= 5_000; minute++) {
      const at = NOON + minute * MINUTE;
      const id = `of-${minute}`;
      const under = check({ checkId: as(id), expiresAt: at + 10 * MINUTE });
      const events: readonly AccountEvent[] = [
        ...decide(prove({ at, check: under, grantHash: as(id) }), state, moomoo).events,
        ...decide(prove({ at, check: { ...under, checkId: as(`wrong-${id}`) }, finding: WRONG }), state, {
          ...moomoo,
          lockOut: { ...moomoo.lockOut, failures: 100 },
        }).events,
        stepUpPassed({ at, stepUpId: as(id) }),
      ];
      expect(events).toHaveLength(3);
      state = events.reduce(evolve, state);
      largest = Math.max(largest, JSON.stringify(state).length);
    }
    expect(largest).toBeLessThan(20_000);
  });

  it('says the same of an account whose personal data was erased, but for the personal data', () => {
    always((steps) => {
      const whole = steps.at(-1)?.after ?? initialState;
      const erased = eventsOf(steps)
        .map((event): AccountEvent => ({ ...event, personal: REDACTED }))
        .reduce(evolve, initialState);
      expect(impersonal(erased)).toStrictEqual(impersonal(whole));
      for (const [factor, epoch] of changedFactors(whole)) {
        expect(Object.fromEntries(changedFactors(erased))[factor]).toBeGreaterThanOrEqual(epoch);
      }
      expect(JSON.stringify(erased)).not.toMatch(/\bada|\+\d|JBSW|applicant|iPhone|Work phone|Spare/i);
    });
  });
});

/** A factor confirmed anew ends the pages that it opened where it is another one, and where nobody can read whether it is. */
const changedFactors = (state: PasskeyAccount): readonly (readonly [string, number])[] =>
  state.status === 'enrolled' ? Object.entries(state.pages.factorsChangedIn) : [];

/** Without the members that hold personal data, or that compare it. */
function impersonal(state: PasskeyAccount): unknown {
  if (state.status !== 'enrolled') return state;
  return {
    ...state,
    accountId: null,
    displayName: null,
    identifiers: null,
    contacts: null,
    pages: { ...state.pages, factorsChangedIn: null },
    proposed: null,
    livenessSubject: state.livenessSubject?.provider,
    resets: {
      ...state.resets,
      open: state.resets.open && { ...state.resets.open, subject: null, evidence: null },
      completed: state.resets.completed.map((reset) => ({
        ...reset,
        removed: reset.removed.map((passkey) => ({ ...passkey, name: null })),
      })),
    },
    passkeys: state.passkeys.map((passkey) => ({ ...passkey, name: null })),
    approvals: state.approvals.map((approval) => ({ ...approval, device: null })),
  };
}
