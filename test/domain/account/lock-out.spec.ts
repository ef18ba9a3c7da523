import { describe, expect, it } from '@jest/globals';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { passkeyAccount } from '../../../src/domain/account/decider.js';
import type { PasskeyAccount } from '../../../src/domain/account/state.js';
import type { CheckId } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import type { Instant } from '../../../src/domain/kernel/time.js';
import { HOUR, MINUTE } from '../../../src/domain/kernel/time.js';
import {
  confirm,
  LATER,
  prove,
  putAccount,
  register,
  RIGHT,
  signIn,
  startCheck,
  startRegistration,
  stepUpProof,
  THE_RELYING_PARTY,
  unlock,
  WRONG,
} from '../../support/account-commands.js';
import {
  change,
  checkFailed,
  checkPassed,
  deviceTrusted,
  enrolled,
  factorsChanged,
  locked,
  NOON,
  PHONE,
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
      .thenRefused(['wrong-code', { guessesLeft: 4, until: tenth + HOUR }], failedAt(tenth, 10), {
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
        ['wrong-code', { guessesLeft: 4, until: tenth + HOUR }],
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
        ['wrong-code', { guessesLeft: 4, until: justIn + HOUR }],
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
        data: { by: 'admin', reason: 'too-many-failures' },
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

describe('the hundredth wrong entry of a factor in a row', () => {
  /** One in ten minutes: slow enough that no lock falls. */
  const slow = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      checkFailed({ at: NOON + index * 10 * MINUTE, checkId: as(`slow-${index}`) }),
    );
  const at = NOON + 100 * 10 * MINUTE;
  const disabled = (): AccountEvent => ({
    type: 'FactorDisabled',
    at,
    data: { factor: 'sms', failuresInARow: 100 },
    personal: {},
  });
  const guess = () =>
    prove({ at, finding: WRONG, check: { checkId: as('last'), expiresAt: at + 10 * MINUTE } });
  const failed = () => checkFailed({ at, checkId: as('last'), checkExpiresAt: at + 10 * MINUTE });

  it('disables it, however slowly they came, and no earlier one does', () => {
    given(enrolled(), ...slow(99))
      .when(guess())
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failed(), disabled());
    given(enrolled(), ...slow(98))
      .when(guess())
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failed());
  });

  it('is counted from the last right one, and for each factor by itself', () => {
    const right = checkPassed({ at: NOON + 50 * 10 * MINUTE + 1 });
    given(enrolled(), ...slow(50), right, ...slow(99).slice(50))
      .when(guess())
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failed());
    const ofEmail = { factor: 'email', purpose: 'change-factors', checkId: as<CheckId>('last') } as const;
    given(enrolled(), ...slow(99))
      .when(prove({ at, finding: WRONG, check: { ...ofEmail, expiresAt: at + 10 * MINUTE } }))
      .thenRefused(
        ['wrong-code', { guessesLeft: 4 }],
        checkFailed({ at, ...ofEmail, checkExpiresAt: at + 10 * MINUTE }),
      );
  });

  it('makes it prove nothing: no check begins, none is passed, the relying party’s word counts as little', () => {
    const past = [enrolled(), ...slow(100), disabled()] as const;
    const refusal = ['factor-disabled', { factor: 'sms' }] as const;
    given(...past)
      .when(startCheck({ at }))
      .thenRefused(refusal);
    given(...past)
      .when(prove({ at, check: { expiresAt: at + MINUTE } }))
      .thenRefused(refusal);
    given(...past)
      .when(prove({ at, on: 'relying-party-word', check: { expiresAt: at + MINUTE } }))
      .thenRefused(refusal);
    given(...past)
      .when(startCheck({ at, factor: 'email', purpose: 'change-factors' }))
      .then();
  });

  it('leaves a passkey its way in, and no way out that would strand the account', () => {
    const only = [enrolled({ phone: PHONE }), registered(), deviceTrusted(), ...slow(100), disabled()];
    given(...only)
      .when(signIn({ at }))
      .then(used({ at, purpose: 'sign-in', sessionId: as('session-1'), deviceId: as('device-1') }));
    given(...only)
      .when({ type: 'remove-passkey', at, passkeyId: as('passkey-1'), proof: stepUpProof() })
      .thenRefused('last-way-in');
  });

  it('is undone by the relying party, and counted anew then', () => {
    const reinstated: AccountEvent = {
      type: 'FactorReinstated',
      at,
      data: { factor: 'sms', by: 'admin' },
      personal: {},
    };
    given(enrolled(), ...slow(100), disabled())
      .when({ type: 'reinstate-factor', at, factor: 'sms' })
      .then(reinstated);
    given(enrolled()).when({ type: 'reinstate-factor', at, factor: 'sms' }).then();
    given(enrolled(), ...slow(100), disabled(), reinstated)
      .when(guess())
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failed());
  });

  it('is undone by confirming the same number anew, on another proof', () => {
    const past = [enrolled(), ...slow(100), disabled()] as const;
    given(...past)
      .when(putAccount({ at, phone: PHONE }))
      .thenRefused(['step-up-required', { action: 'change-factors', parameters: { phone: PHONE } }]);
    const proposed = factorsChanged({
      at,
      changes: [change('sms', 'proposed')],
      contacts: { phone: PHONE },
      previous: { phone: PHONE },
    });
    given(...past)
      .when(putAccount({ at, phone: PHONE, proof: THE_RELYING_PARTY }))
      .then(proposed);
    const confirmed = factorsChanged({
      at,
      changes: [change('sms', 'confirmed')],
      contacts: { phone: PHONE },
      previous: { phone: PHONE },
      proof: { kind: 'confirmation', checkId: as('check-1') },
      securityEpoch: 1,
    });
    given(...past, proposed)
      .when(confirm({ at, check: { expiresAt: at + MINUTE } }))
      .then(confirmed);
    given(...past, proposed, confirmed)
      .when(startCheck({ at }))
      .then();
  });
});
