import { describe, expect, it } from '@jest/globals';
import type { CheckId } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, MINUTE } from '../../../src/domain/kernel/time.js';
import {
  confirm,
  grantProof,
  LATER,
  prove,
  putAccount,
  RIGHT,
  totpCode,
  WRONG,
} from '../../support/account-commands.js';
import {
  change,
  checkFailed,
  checkPassed,
  CONTACTS,
  EMAIL,
  enrolled,
  factorsChanged,
  locked,
  NEW_EMAIL,
  NEW_PHONE,
  NOON,
  PHONE,
  resetCompleted,
  resetDisputed,
  resetRequested,
  SECRET,
  unlocked,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const phoneProposed = factorsChanged({
  changes: [change('sms', 'proposed')],
  contacts: { phone: NEW_PHONE },
  previous: { phone: PHONE },
  phoneCoolingOffUntil: NOON + DAY,
});
const phoneConfirmed = factorsChanged({
  at: LATER,
  changes: [change('sms', 'confirmed')],
  proof: { kind: 'confirmation', checkId: as('check-1') },
  securityEpoch: 1,
  phoneCoolingOffUntil: LATER + DAY,
  contacts: { phone: NEW_PHONE },
  previous: { phone: PHONE },
});
const totpProposed = factorsChanged({
  changes: [change('totp', 'proposed')],
  contacts: { totpSecret: SECRET },
});
const confirmPhone = confirm({ value: NEW_PHONE });
const confirmTotp = confirm({ factor: 'totp', value: SECRET, finding: totpCode(100) });

describe('confirming a factor', () => {
  it('makes the proposed value count, raises the epoch and, for a phone, starts its cooling-off anew', () => {
    given(enrolled(), phoneProposed).when(confirmPhone).then(phoneConfirmed);
    const { state } = given(enrolled(), phoneProposed, phoneConfirmed);
    expect(state).toStrictEqual({
      ...given(enrolled({ phone: NEW_PHONE, email: EMAIL })).state,
      securityEpoch: 1,
      failuresInARow: { sms: 0 },
      coolingOff: { 'phone-change': LATER + DAY },
      pages: { epoch: 0, goesOn: null, factorsChangedIn: { sms: 1 } },
    });
  });

  it('adds one that the account had not, with nothing before it', () => {
    given(enrolled({ phone: PHONE }), {
      ...factorsChanged({
        changes: [change('email', 'proposed')],
        factors: ['sms'],
        contacts: { email: EMAIL },
      }),
    })
      .when(confirm({ factor: 'email', value: EMAIL }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('email', 'confirmed')],
          proof: { kind: 'confirmation', checkId: as('check-1') },
          securityEpoch: 1,
          contacts: { email: EMAIL },
        }),
      );
  });

  it('kills the grants of before', () => {
    given(enrolled(), checkPassed({ purpose: 'change-factors' }), phoneProposed, phoneConfirmed)
      .when(putAccount({ email: NEW_EMAIL, proof: grantProof() }))
      .thenRefused('security-epoch-passed');
  });

  it('says so where there is nothing to confirm, or no more', () => {
    given(enrolled()).when(confirmTotp).thenRefused('check-not-found');
    given(enrolled()).when(confirmPhone).thenRefused('already-confirmed');
    given(enrolled(), phoneProposed, phoneConfirmed).when(confirmPhone).thenRefused('already-confirmed');
  });

  it('is refused with a code that reached another value than the one proposed now', () => {
    const replaced = factorsChanged({
      changes: [change('sms', 'proposed')],
      contacts: { phone: '+85251234567' },
    });
    given(enrolled(), phoneProposed, replaced).when(confirmPhone).thenRefused('check-not-found');
  });

  it('is refused once the check has expired, to the millisecond', () => {
    const expiresAt = NOON + 10 * MINUTE;
    given(enrolled(), phoneProposed)
      .when({ ...confirmPhone, at: expiresAt })
      .thenRefused('check-expired');
    given(enrolled(), totpProposed)
      .when({ ...confirmTotp, at: expiresAt - 1 })
      .then(
        factorsChanged({
          at: expiresAt - 1,
          changes: [change('totp', 'confirmed')],
          factors: ['sms', 'email', 'totp'],
          proof: { kind: 'confirmation', checkId: as('check-1') },
          securityEpoch: 1,
          totpStep: 100,
          contacts: { totpSecret: SECRET },
        }),
      );
  });

  it('is refused while factors are locked', () => {
    given(enrolled(), phoneProposed, locked())
      .when(confirmPhone)
      .thenRefused(['account-locked', { until: NOON + 60 * MINUTE }]);
  });
});

describe('two factors proposed at once', () => {
  const both = factorsChanged({
    changes: [change('sms', 'proposed'), change('email', 'proposed')],
    contacts: { phone: NEW_PHONE, email: NEW_EMAIL },
    previous: { phone: PHONE, email: EMAIL },
    phoneCoolingOffUntil: NOON + DAY,
  });

  it('are confirmed by the codes that were sent together, though the first raises the epoch', () => {
    given(enrolled(), both, phoneConfirmed)
      .when(confirm({ factor: 'email', value: NEW_EMAIL, check: { checkId: as('check-2') } }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('email', 'confirmed')],
          proof: { kind: 'confirmation', checkId: as('check-2') },
          securityEpoch: 2,
          contacts: { email: NEW_EMAIL },
          previous: { email: EMAIL },
        }),
      );
  });

  it('but a code of before the factor was proposed anew does not count, not even for the same value', () => {
    const elsewhere = factorsChanged({
      at: LATER,
      changes: [change('sms', 'proposed')],
      contacts: { phone: PHONE },
      securityEpoch: 1,
    });
    const again = factorsChanged({
      at: LATER,
      changes: [change('sms', 'proposed')],
      contacts: { phone: NEW_PHONE },
      securityEpoch: 1,
    });
    given(enrolled(), phoneProposed, phoneConfirmed, elsewhere, again)
      .when(confirmPhone)
      .thenRefused('security-epoch-passed');
  });
});

describe('a wrong code for a proposed factor', () => {
  const failed = (wrongGuesses: number, failuresInWindow = wrongGuesses) =>
    checkFailed({ at: LATER, purpose: 'change-factors', wrongGuesses, failuresInWindow });

  it('is recorded, counted, and says how many guesses are left', () => {
    given(enrolled(), phoneProposed)
      .when({ ...confirmPhone, finding: WRONG })
      .thenRefused(['wrong-code', { guessesLeft: 4 }], failed(1));
    given(enrolled(), phoneProposed, failed(1), failed(2), failed(3), failed(4))
      .when({ ...confirmPhone, finding: WRONG })
      .thenRefused(['wrong-code', { guessesLeft: 0 }], failed(5));
  });

  it('kills the check with the fifth: the right code comes too late', () => {
    given(enrolled(), phoneProposed, failed(1), failed(2), failed(3), failed(4), failed(5))
      .when({ ...confirmPhone, finding: RIGHT })
      .thenRefused('check-used-up');
  });

  it('counts towards the lock', () => {
    const others = Array.from({ length: 9 }, (_, index) =>
      checkFailed({ at: NOON + index, checkId: as(`other-${index}`) }),
    );
    given(enrolled(), phoneProposed, ...others)
      .when({ ...confirmPhone, finding: WRONG })
      .thenRefused(
        ['wrong-code', { guessesLeft: 4, until: LATER + 60 * MINUTE }],
        failed(1, 10),
        locked({ at: LATER, until: LATER + 60 * MINUTE }),
      );
  });

  it('leaves the check dead though an admin unlocks the account', () => {
    const five = [1, 2, 3, 4, 5].map((guess) => failed(guess));
    given(enrolled(), phoneProposed, ...five, locked({ at: LATER }), unlocked(LATER))
      .when(confirmPhone)
      .thenRefused('check-used-up');
  });
});

describe('a TOTP code that confirmed its enrolment', () => {
  const story = [
    enrolled(),
    totpProposed,
    factorsChanged({
      changes: [change('totp', 'confirmed')],
      factors: ['sms', 'email', 'totp'],
      proof: { kind: 'confirmation', checkId: as('check-1') },
      securityEpoch: 1,
      totpStep: 100,
      contacts: { totpSecret: SECRET },
    }),
  ];
  const secondCheck = { checkId: as<CheckId>('check-2'), purpose: 'change-factors', factor: 'totp' } as const;
  const byCode = (step: number) =>
    prove({ check: { ...secondCheck, securityEpoch: 1 }, finding: totpCode(step) });

  it.each([100, 99])('is spent: a code of step %d passes no check after step 100', (step) => {
    given(...story)
      .when(byCode(step))
      .thenRefused(['wrong-code', { guessesLeft: 4 }], checkFailed({ at: LATER, ...secondCheck }));
  });

  it('leaves the next step to be used', () => {
    given(...story)
      .when(byCode(101))
      .then(
        checkPassed({
          at: LATER,
          ...secondCheck,
          checkExpiresAt: NOON + 10 * MINUTE,
          totpStep: 101,
        }),
      );
  });

  it('may be of a step that the secret before it has used: it is another secret', () => {
    const usedBefore = checkPassed({ factor: 'totp', totpStep: 100 });
    given(
      enrolled(CONTACTS),
      usedBefore,
      factorsChanged({
        changes: [change('totp', 'proposed')],
        factors: ['sms', 'email', 'totp'],
        contacts: { totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
        previous: { totpSecret: SECRET },
      }),
    )
      .when({
        ...confirmTotp,
        value: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
        check: { ...confirmTotp.check, checkId: as('check-2') },
      })
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('totp', 'confirmed')],
          factors: ['sms', 'email', 'totp'],
          proof: { kind: 'confirmation', checkId: as('check-2') },
          securityEpoch: 1,
          totpStep: 100,
          contacts: { totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
          previous: { totpSecret: SECRET },
        }),
      );
  });
});

describe('a factor that was proposed before a reset', () => {
  const reset = [resetRequested(), resetCompleted({ removedPasskeyIds: [] })];
  const late = confirm({ value: NEW_PHONE, check: { securityEpoch: 2 } });

  it('is not confirmed after it: whoever proposed it need not be whose face was seen', () => {
    given(enrolled(), phoneProposed, ...reset)
      .when(confirmPhone)
      .thenRefused('already-confirmed');
    const added = { ...phoneProposed, data: { ...phoneProposed.data, factors: ['email'] } } as const;
    given(enrolled({ email: EMAIL }), added, ...reset)
      .when(late)
      .thenRefused('check-not-found');
    given(enrolled(CONTACTS), totpProposed, ...reset)
      .when(confirmTotp)
      .thenRefused('check-not-found');
  });

  it('nor after a dispute, though it was proposed after the reset itself', () => {
    given(enrolled(), ...reset, phoneProposed, resetDisputed(), unlocked(NOON))
      .when(late)
      .thenRefused('already-confirmed');
  });

  it('may be proposed anew, by whom the reset gave the account to', () => {
    const again = { ...phoneProposed, data: { ...phoneProposed.data, securityEpoch: 1 } };
    given(enrolled(), phoneProposed, ...reset, again)
      .when(confirm({ value: NEW_PHONE, check: { securityEpoch: 1 } }))
      .then({ ...phoneConfirmed, data: { ...phoneConfirmed.data, securityEpoch: 2 } });
  });
});
