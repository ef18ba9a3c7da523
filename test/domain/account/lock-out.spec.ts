import { describe, expect, it } from '@jest/globals';
import { passkeyAccount } from '../../../src/domain/account/decider.js';
import type { PasskeyAccount } from '../../../src/domain/account/state.js';
import { as } from '../../../src/domain/kernel/ids.js';
import type { Instant } from '../../../src/domain/kernel/time.js';
import { HOUR, MINUTE } from '../../../src/domain/kernel/time.js';
import {
  LATER,
  prove,
  register,
  RIGHT,
  signIn,
  startRegistration,
  unlock,
  WRONG,
} from '../../support/account-commands.js';
import {
  checkFailed,
  checkPassed,
  deviceTrusted,
  enrolled,
  locked,
  NOON,
  registered,
  unlocked,
  used,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo } from '../../support/shipped-policies.js';

/** Wrong entries on checks of their own, one at each time. */
const failures = (...times: readonly Instant[]) =>
  times.map((at, index) => checkFailed({ at, checkId: as(`guessed-${index}`), failuresInWindow: index + 1 }));
const every = (step: number, count: number) =>
  Array.from({ length: count }, (_, index) => NOON + index * step);
const wrong = (at: Instant, on: 'code' | 'relying-party-word' = 'code') =>
  prove({ at, on, finding: WRONG, check: { checkId: as('last'), expiresAt: at + 10 * MINUTE } });
const failedAt = (at: Instant, failuresInWindow: number, on: 'code' | 'relying-party-word' = 'code') =>
  checkFailed({ at, on, checkId: as('last'), checkExpiresAt: at + 10 * MINUTE, failuresInWindow });

describe('the tenth wrong entry within five minutes', () => {
  const tenth = NOON + 9_000;

  it('locks for an hour', () => {
    given(enrolled(), ...failures(...every(1_000, 9)))
      .when(wrong(tenth))
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failedAt(tenth, 10), {
        type: 'AccountLocked',
        at: tenth,
        data: { until: tenth + HOUR, why: 'too-many-failures', failuresInWindow: 10 },
        personal: {},
      });
  });

  it("locks as well where it is the relying party's word", () => {
    given(enrolled(), ...failures(...every(1_000, 9)))
      .when(wrong(tenth, 'relying-party-word'))
      .thenRefused(
        'wrong-code',
        failedAt(tenth, 10, 'relying-party-word'),
        locked({ at: tenth, until: tenth + HOUR }),
      );
  });

  it('locks though a right code came between, which forgives nothing', () => {
    given(enrolled(), ...failures(...every(1_000, 9)), checkPassed({ at: NOON + 8_500 }))
      .when(wrong(tenth))
      .thenRefused(
        ['wrong-code', { guessesLeft: 4 }],
        failedAt(tenth, 10),
        locked({ at: tenth, until: tenth + HOUR }),
      );
  });

  it('is counted from five minutes back: an entry of exactly five minutes ago is out, one later is in', () => {
    given(enrolled(), ...failures(...every(1_000, 9)))
      .when(wrong(NOON + 5 * MINUTE))
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failedAt(NOON + 5 * MINUTE, 9));
    const justIn = NOON + 5 * MINUTE - 1;
    given(enrolled(), ...failures(...every(1_000, 9)))
      .when(wrong(justIn))
      .thenRefused(
        ['wrong-code', { guessesLeft: 4 }],
        failedAt(justIn, 10),
        locked({ at: justIn, until: justIn + HOUR }),
      );
  });
});

describe('while an account is locked', () => {
  const until = NOON + HOUR;

  it('a right code and the relying party’s word are refused and nothing is recorded, so that no guess counts', () => {
    const story = given(enrolled(), locked());
    for (const on of ['code', 'relying-party-word'] as const) {
      for (const finding of [RIGHT, WRONG]) {
        story.when(prove({ on, finding })).thenRefused(['account-locked', { until }]);
      }
    }
  });

  it('a passkey still signs in', () => {
    given(enrolled(), registered(), deviceTrusted(), locked())
      .when(signIn())
      .then(
        used({
          at: LATER,
          purpose: 'sign-in',
          sessionId: as('session-1'),
          deviceId: as('device-1'),
        }),
      );
  });

  it('a grant of before binds no passkey, and binds one again afterwards', () => {
    const story = given(enrolled(), checkPassed({ grantExpiresAt: until + MINUTE }), locked());
    story.when(startRegistration()).thenRefused(['account-locked', { until }]);
    story.when(register()).thenRefused(['account-locked', { until }]);
    story.when(register({ at: until })).then(registered({ at: until }), deviceTrusted({ at: until }));
  });

  it('nothing is locked anew, and afterwards ten more are counted from nothing', () => {
    const story = given(enrolled(), ...failures(...every(1_000, 9)), locked({ at: NOON + 9_000 }));
    const after = NOON + 9_000 + HOUR;
    story.when(wrong(after - 1)).thenRefused(['account-locked', { until: after }]);
    story.when(wrong(after)).thenRefused(['wrong-code', { guessesLeft: 4 }], failedAt(after, 1));
  });
});

it('a lock that ends within the window of entries starts their count anew', () => {
  const brief = { ...moomoo, lockOut: { ...moomoo.lockOut, duration: MINUTE } };
  const end = NOON + 9_000 + MINUTE;
  given(enrolled(), ...failures(...every(1_000, 10)), locked({ at: NOON + 9_000, until: end }))
    .when(wrong(end), brief)
    .thenRefused(['wrong-code', { guessesLeft: 4 }], failedAt(end, 1));
});

describe('unlocking', () => {
  it('is recorded, and lets factors count again', () => {
    given(enrolled(), locked())
      .when(unlock())
      .then({
        type: 'AccountUnlocked',
        at: LATER,
        data: { by: 'admin' },
        personal: {},
      });
    given(enrolled(), locked(), unlocked(LATER))
      .when(prove({ at: LATER }))
      .then(checkPassed({ at: LATER, checkExpiresAt: NOON + 10 * MINUTE }));
  });

  it('of an account that is not locked, or no more, is nothing and forgives no failure', () => {
    given(enrolled()).when(unlock()).then();
    given(enrolled(), locked())
      .when(unlock(NOON + HOUR))
      .then();
  });

  it('starts the count of wrong entries anew, but not the guesses of a check', () => {
    const guessed = [1, 2, 3, 4, 5].map((wrongGuesses) =>
      checkFailed({ wrongGuesses, failuresInWindow: wrongGuesses }),
    );
    const story = given(enrolled(), ...guessed, locked(), unlocked(LATER));
    story.when(prove()).thenRefused('check-used-up');
    story.when(wrong(LATER)).thenRefused(['wrong-code', { guessesLeft: 4 }], failedAt(LATER, 1));
  });
});

it('a guesser with as many codes as he likes gets ten guesses an hour out of ten in five minutes', () => {
  let state: PasskeyAccount = given(enrolled()).state;
  let guesses = 0;
  for (let at = NOON; at < NOON + 6 * HOUR; at += 1_000) {
    const { events } = passkeyAccount.decide(
      prove({ at, finding: WRONG, check: { checkId: as(`check-${at}`), expiresAt: at + MINUTE } }),
      state,
      moomoo,
    );
    guesses += events.filter((event) => event.type === 'SecurityCheckFailed').length;
    state = events.reduce(passkeyAccount.evolve, state);
  }
  expect(guesses).toBe(60);
});
