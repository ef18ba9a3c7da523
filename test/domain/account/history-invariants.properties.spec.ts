import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { noWayIn } from '../../../src/domain/account/rules/ways-in.js';
import type { EnrolledAccount } from '../../../src/domain/account/state.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import { eventsOf, moves, play, POLICIES } from '../../support/account-histories.js';
import type { Step } from '../../support/account-histories.js';

interface Enrolled extends Step {
  readonly before: EnrolledAccount;
  readonly after: EnrolledAccount;
}

/** A number that is proposed, confirmed or removed; a proposal that is withdrawn leaves the phone as it was. */
function changesPhone(event: AccountEvent): boolean {
  return (
    event.type === 'FactorsChanged' &&
    event.data.changes.some(({ factor, change }) => factor === 'sms' && change !== 'withdrawn')
  );
}

/** Holds for every step after the enrolment, in every history under every policy. */
function always(holds: (steps: readonly Enrolled[], policy: RelyingParty) => void): void {
  fc.assert(
    fc.property(
      fc.constantFrom('moomoo', 'mpchat', 'locks-soon', 'disables-soon'),
      moves,
      (slug, choices) => {
        const [, ...rest] = play(POLICIES[slug], choices);
        holds(rest as readonly Enrolled[], POLICIES[slug]);
      },
    ),
  );
}

const RAISING: ReadonlySet<string> = new Set(['LivenessResetCompleted', 'LivenessResetDisputed']);

/** Resets passed or disputed, and another person linked than was. */
const raises = (event: AccountEvent): boolean =>
  RAISING.has(event.type) || (event.type === 'LivenessSubjectLinked' && event.data.securityEpoch !== null);

const repeated = (values: readonly unknown[]): readonly unknown[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

function grantsSpentBy(event: AccountEvent): readonly string[] {
  if (event.type === 'PasskeyRegistered' && event.data.grantHash !== null) return [event.data.grantHash];
  if (event.type === 'StepUpPassed' && event.data.grantHash !== null) return [event.data.grantHash];
  return event.type === 'FactorsChanged' && event.data.proof.kind === 'grant'
    ? [event.data.proof.grantHash]
    : [];
}

describe('in any history', () => {
  it('an account never has more passkeys than the policy allows, nor a credential twice', () => {
    always((steps, policy) => {
      for (const { after } of steps) {
        expect(after.passkeys.length).toBeLessThanOrEqual(policy.passkeys.maximum);
        expect(repeated(after.passkeys.map(({ credentialId }) => credentialId))).toStrictEqual([]);
      }
    });
  });

  it('a grant is spent once, and only one that was given', () => {
    always((steps) => {
      const events = eventsOf(steps);
      const given = events.flatMap((event) =>
        event.type === 'SecurityCheckPassed' ? [event.data.grantHash] : [],
      );
      const spent = events.flatMap(grantsSpentBy);
      expect(repeated(spent)).toStrictEqual([]);
      expect(spent.filter((hash) => !given.some((grant) => grant === hash))).toStrictEqual([]);
    });
  });

  it('a check is passed once, and a step-up is passed and consumed once', () => {
    always((steps) => {
      const events = eventsOf(steps);
      const ids = (type: 'StepUpPassed' | 'StepUpConsumed') =>
        events.flatMap((event) => (event.type === type ? [event.data.stepUpId] : []));
      expect(
        repeated(
          events.flatMap((event) => (event.type === 'SecurityCheckPassed' ? [event.data.checkId] : [])),
        ),
      ).toStrictEqual([]);
      expect(repeated(ids('StepUpConsumed'))).toStrictEqual([]);
      expect(ids('StepUpConsumed').filter((id) => !ids('StepUpPassed').includes(id))).toStrictEqual([]);
    });
  });

  it('a code passes a check only where it reached what the account has confirmed', () => {
    always((steps) => {
      for (const { before, command, decision } of steps) {
        const passed = decision.events.some(({ type }) => type === 'SecurityCheckPassed');
        if (!passed || command.type !== 'prove-security-check' || command.on !== 'code') continue;
        expect(Object.values(before.contacts)).toContain(command.check.value);
      }
    });
  });

  it('a ceremony is answered once, by whatever passkey', () => {
    always((steps) => {
      const answered = eventsOf(steps).flatMap((event) =>
        event.type === 'PasskeyUsed' ? [event.data.ceremonyId] : [],
      );
      expect(repeated(answered)).toStrictEqual([]);
    });
  });

  it('a check is guessed at most five times', () => {
    always((steps, policy) => {
      for (const event of eventsOf(steps)) {
        if (event.type !== 'SecurityCheckFailed') continue;
        expect(event.data.wrongGuesses).toBeLessThanOrEqual(policy.factors.codeMaximumGuesses);
      }
    });
  });

  it('the wrong entry that reaches the policy’s limit locks, and no other does', () => {
    always((steps, { lockOut }) => {
      let recent: readonly number[] = [];
      for (const { decision } of steps) {
        const failed = decision.events.find(({ type }) => type === 'SecurityCheckFailed');
        const fell = decision.events.find(({ type }) => type === 'AccountLocked');
        if (failed === undefined) {
          expect(fell).toBeUndefined();
          continue;
        }
        recent = [...recent.filter((time) => time > failed.at - lockOut.window), failed.at];
        expect(fell?.at).toBe(recent.length >= lockOut.failures ? failed.at : undefined);
        if (fell !== undefined) recent = [];
      }
    });
  });

  it('a factor is disabled by so many wrong entries in a row and by nothing else, and proves nothing then', () => {
    always((steps, { lockOut }) => {
      for (const { before, decision, after } of steps) {
        for (const event of decision.events) {
          if (event.type === 'SecurityCheckPassed') {
            expect(before.disabledFactors).not.toContain(event.data.factor);
          }
          if (event.type === 'FactorDisabled') {
            expect(after.failuresInARow[event.data.factor]).toBeGreaterThanOrEqual(lockOut.failuresInARow);
          }
        }
        for (const [factor, failures] of Object.entries(after.failuresInARow)) {
          const disabled = after.disabledFactors.some((each) => each === factor);
          expect(disabled).toBe(failures >= lockOut.failuresInARow);
        }
      }
    });
  });

  it('nothing of a factor counts and no guess is made while factors are locked', () => {
    always((steps) => {
      for (const { before, decision } of steps) {
        for (const event of decision.events) {
          if ((before.lockedUntil ?? 0) <= event.at) continue;
          expect(event.type).not.toMatch(/^SecurityCheck/);
          expect(grantsSpentBy(event)).toStrictEqual([]);
        }
      }
    });
  });

  it('the steps of TOTP codes that pass checks only grow', () => {
    always((steps) => {
      for (const { before, decision } of steps) {
        for (const event of decision.events) {
          if (event.type !== 'SecurityCheckPassed' || event.data.totpStep === null) continue;
          expect(event.data.totpStep).toBeGreaterThan(before.totpStep ?? 0);
        }
      }
    });
  });

  it('the security epoch only grows: with every factor that is confirmed or goes, and every reset passed or disputed', () => {
    always((steps) => {
      for (const { before, after, decision } of steps) {
        const contactsSame = JSON.stringify(before.contacts) === JSON.stringify(after.contacts);
        const changed = !contactsSame || decision.events.some(raises);
        expect(after.securityEpoch).toBe(before.securityEpoch + (changed ? 1 : 0));
      }
    });
  });

  it('a cooling-off is never cut short, and every change of the phone starts one', () => {
    always((steps, policy) => {
      for (const { before, after, command, decision } of steps) {
        const [earlier, later] = [before, after].map((state) => state.coolingOff['phone-change'] ?? 0);
        expect(later).toBeGreaterThanOrEqual(earlier ?? 0);
        if (decision.events.some(changesPhone)) {
          expect(later).toBe(command.at + policy.coolingOff['phone-change']);
        }
      }
    });
  });

  it('no action is approved or redeemed during a cooling-off that stops it', () => {
    always((steps, policy) => {
      for (const { before, decision } of steps) {
        for (const event of decision.events) {
          if (event.type !== 'StepUpPassed' && event.type !== 'StepUpConsumed') continue;
          const passed = before.stepUps.find(({ stepUpId }) => stepUpId === event.data.stepUpId);
          const name = event.type === 'StepUpPassed' ? event.data.action : passed?.action;
          const stopped = policy.actions.find((action) => action.name === name)?.stoppedBy ?? [];
          for (const cause of stopped) {
            expect(before.coolingOff[cause] ?? 0).toBeLessThanOrEqual(event.at);
          }
        }
      }
    });
  });

  it('every step-up is proven by one of the ways that the policy has', () => {
    always((steps, policy) => {
      for (const event of eventsOf(steps)) {
        if (event.type !== 'StepUpPassed') continue;
        const ways = policy.actions.find(({ name }) => name === event.data.action)?.alternatives ?? [];
        expect(
          ways.filter((way) => way.every((method) => event.data.methods.includes(method))),
        ).not.toStrictEqual([]);
      }
    });
  });

  it('a passkey that no other vouched for waits wherever another is active', () => {
    always((steps, policy) => {
      for (const { before, decision } of steps) {
        for (const event of decision.events) {
          if (event.type !== 'PasskeyRegistered' || event.data.vouchedBy !== null) continue;
          const wait = before.passkeys.length > 0 ? policy.passkeys.unvouchedWait : 0;
          expect(event.data.sensitiveActionsFrom).toBeGreaterThanOrEqual(event.at + wait);
        }
      }
    });
  });

  it('no removal takes the last way in', () => {
    always((steps, policy) => {
      for (const { before, after, decision } of steps) {
        // A reset takes all passkeys and leaves another way in, its own.
        const removal = decision.events.some(
          (event) =>
            event.type === 'FactorsChanged' ||
            (event.type === 'PasskeyRemoved' && event.data.why !== 'reset'),
        );
        if (!removal || noWayIn(policy, before)) continue;
        expect(noWayIn(policy, after)).toBe(false);
      }
    });
  });

  it('a suspended passkey is used no more', () => {
    always((steps) => {
      for (const { before, decision } of steps) {
        for (const event of decision.events) {
          if (event.type !== 'PasskeyUsed') continue;
          const removed = before.resets.completed.flatMap((reset) => reset.removed);
          const passkey = (event.data.purpose === 'dispute-reset' ? removed : before.passkeys).find(
            ({ passkeyId }) => passkeyId === event.data.passkeyId,
          );
          expect(passkey?.status).toBe('active');
        }
      }
    });
  });

  it('a refusal changes nothing of what the account has', () => {
    always((steps) => {
      for (const { before, after, decision } of steps) {
        if (decision.rejection === undefined) continue;
        const has = (state: EnrolledAccount) => [
          state.factors,
          state.contacts,
          state.proposed,
          state.securityEpoch,
          state.passkeys.map(({ passkeyId, name }) => [passkeyId, name]),
          state.grants.filter(({ spent }) => spent).length <=
            before.grants.filter(({ spent }) => spent).length,
        ];
        expect(has(after)).toStrictEqual(has(before));
      }
    });
  });
});
