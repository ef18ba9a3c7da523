import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { passkeyAccount } from '../../src/domain/account/decider.js';
import { Closing } from '../../src/infrastructure/closing.js';
import type { Tier } from '../../src/infrastructure/tier.js';
import { OF_FACTORS_AND_DEVICES } from '../support/invariants/factors-and-devices.js';
import type { History } from '../support/invariants/past.js';
import { OF_PASSKEYS } from '../support/invariants/passkeys.js';
import { OF_RESETS_AND_STEP_UPS } from '../support/invariants/resets-and-step-ups.js';
import { arbitraryPolicy, roundsOfTwo } from '../support/two-clients.js';
import type { Answered, OnDisk, Told } from '../support/two-clients-on-disk.js';
import { openTier, playOnDisk, repeatOnDisk } from '../support/two-clients-on-disk.js';

const RUNS = 25;
const { decide, evolve, initialState } = passkeyAccount;
const INVARIANTS = Object.entries({ ...OF_PASSKEYS, ...OF_RESETS_AND_STEP_UPS, ...OF_FACTORS_AND_DEVICES });

let tier: Tier;
beforeAll(async () => {
  tier = await openTier();
});
afterAll(() => new Closing(tier.closing).run());

/** What was appended, in the order of the stream. */
function appended({ answers }: OnDisk): readonly Answered[] {
  return answers
    .filter(({ executed }) => executed.position !== null)
    .toSorted((one, other) => (one.executed.position ?? 0) - (other.executed.position ?? 0));
}

function historyOf(played: OnDisk): History {
  return appended(played).map(({ command, executed }) => ({ command, decision: decisionOf(executed) }));
}

const decisionOf = ({ events, rejection }: Answered['executed']) =>
  rejection === undefined ? { events } : { events, rejection };

describe('two processes on one store on disk', () => {
  it('1 to 16: hold every invariant in what they have recorded', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPolicy, roundsOfTwo, fc.scheduler(), async (policy, rounds, scheduler) => {
        const played = await playOnDisk(tier, policy, rounds, scheduler);
        const history = historyOf(played);
        expect(history.flatMap(({ decision }) => decision.events)).toStrictEqual(played.recorded);
        expect(INVARIANTS.flatMap(([, broken]) => broken(history, policy))).toStrictEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('18: answer what is decided on the stream as it stood between question and answer, never before', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPolicy, roundsOfTwo, fc.scheduler(), async (policy, rounds, scheduler) => {
        const { answers, recorded } = await playOnDisk(tier, policy, rounds, scheduler);
        for (const { command, executed, asked, told } of answers) {
          const decided = Array.from({ length: told - asked + 1 }, (_, later) =>
            decide(command, recorded.slice(0, asked + later).reduce(evolve, initialState), policy),
          );
          expect(decided).toContainEqual(decisionOf(executed));
        }
      }),
      { numRuns: RUNS },
    );
  });
});

const canonicalJson = (event: AccountEvent): string => canonicalize(event) ?? '';

describe('two requests with one idempotency key', () => {
  it('17: get the first committed answer, both of them and any that comes later, and no second event', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPolicy, roundsOfTwo, fc.scheduler(), async (policy, rounds, scheduler) => {
        const { told, recorded } = await repeatOnDisk(tier, policy, rounds, scheduler);
        const first = new Map<string, Told['outcome']>();
        for (const { key, outcome } of told) {
          if (!outcome.ok) continue;
          expect(outcome).toStrictEqual(first.get(key) ?? outcome);
          first.set(key, outcome);
        }
        const answered = [...first.values()].flatMap((outcome) => (outcome.ok ? outcome.answer.events : []));
        const names = answered.map(canonicalJson);
        expect(
          recorded
            .map(canonicalJson)
            .filter((name) => names.includes(name))
            .sort(),
        ).toStrictEqual(names.sort());
      }),
      { numRuns: RUNS },
    );
  });
});
