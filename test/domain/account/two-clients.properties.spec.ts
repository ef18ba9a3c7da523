import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OF_FACTORS_AND_DEVICES } from '../../support/invariants/factors-and-devices.js';
import { OF_PASSKEYS } from '../../support/invariants/passkeys.js';
import { OF_RESETS_AND_STEP_UPS } from '../../support/invariants/resets-and-step-ups.js';
import { arbitraryPolicy, interleave, roundsOfTwo } from '../../support/two-clients.js';

const RUNS = 500;
const INVARIANTS = Object.entries({ ...OF_PASSKEYS, ...OF_RESETS_AND_STEP_UPS, ...OF_FACTORS_AND_DEVICES });

describe('whatever two clients do at the same time', () => {
  it.each(INVARIANTS)('%s', (_name, broken) => {
    fc.assert(
      fc.property(arbitraryPolicy, roundsOfTwo, (policy, rounds) => {
        expect(broken(interleave(policy, rounds), policy)).toStrictEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a store that appends at any revision', () => {
  // What is to be done once is done twice then: so the two clients really meet, and these would see it.
  it.each(INVARIANTS.filter(([name]) => /^(1|2|11|13|16):/u.test(name)))('breaks %s', (_name, broken) => {
    const found = fc.check(
      fc.property(arbitraryPolicy, roundsOfTwo, (policy, rounds) => {
        expect(broken(interleave(policy, rounds, false), policy)).toStrictEqual([]);
      }),
      { numRuns: 5_000, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
