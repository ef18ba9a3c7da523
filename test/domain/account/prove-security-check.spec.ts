import { describe, it } from '@jest/globals';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { REDACTED } from '../../../src/domain/kernel/event.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { LATER, prove, RIGHT, totpCode, WRONG } from '../../support/account-commands.js';
import {
  change,
  checkFailed,
  checkPassed,
  CONTACTS,
  EMAIL,
  enrolled,
  factorsChanged,
  NEW_PHONE,
  NOON,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const passed = (told: Parameters<typeof checkPassed>[0] = {}) =>
  checkPassed({ at: LATER, checkExpiresAt: NOON + 10 * MINUTE, ...told });
const failed = (wrongGuesses: number) =>
  checkFailed({ at: LATER, wrongGuesses, failuresInWindow: wrongGuesses });

describe('a right code', () => {
  it('passes the check for a grant of the policy’s length', () => {
    given(enrolled())
      .when(prove())
      .then({
        type: 'SecurityCheckPassed',
        at: LATER,
        data: {
          checkId: as('check-1'),
          factor: 'sms',
          purpose: 'bind-passkey',
          stepUpId: null,
          grantHash: as('grant-1'),
          grantExpiresAt: LATER + 10 * MINUTE,
          checkExpiresAt: NOON + 10 * MINUTE,
          totpStep: null,
          on: 'code',
        },
        personal: {},
      });
  });

  it('passes a check once: the second grant is refused', () => {
    given(enrolled(), passed())
      .when(prove({ grantHash: as('grant-2') }))
      .thenRefused('check-used-up');
  });

  it('passes a check once, though the grant has long expired and much else has happened', () => {
    const long = { expiresAt: NOON + 60 * MINUTE };
    given(
      enrolled(),
      passed({ checkExpiresAt: long.expiresAt }),
      checkFailed({ at: NOON + 50 * MINUTE, checkId: as('check-2') }),
    )
      .when(prove({ at: NOON + 55 * MINUTE, check: long, grantHash: as('grant-2') }))
      .thenRefused('check-used-up');
  });

  it('passes a check once, though another process, ahead of this one, saw it expire', () => {
    given(
      enrolled(),
      { ...passed(), data: { ...passed().data, grantExpiresAt: NOON + 10 * MINUTE } },
      checkFailed({ at: NOON + 11 * MINUTE, checkId: as('check-2') }),
    )
      .when(prove({ at: NOON + 10 * MINUTE - 1, grantHash: as('grant-2') }))
      .thenRefused('check-used-up');
  });

  it('comes too late when the check expires, to the millisecond', () => {
    given(enrolled())
      .when(prove({ at: NOON + 10 * MINUTE }))
      .thenRefused('check-expired');
    given(enrolled())
      .when(prove({ at: NOON + 10 * MINUTE - 1 }))
      .then(passed({ at: NOON + 10 * MINUTE - 1, grantExpiresAt: NOON + 20 * MINUTE - 1 }));
  });

  it('does not count after the factors have changed', () => {
    given(enrolled(CONTACTS), factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }))
      .when(prove())
      .thenRefused('security-epoch-passed');
  });

  it('does not count for a factor that is not confirmed, or not allowed for the purpose', () => {
    given(enrolled({ email: EMAIL }))
      .when(prove())
      .thenRefused('factor-not-available');
    given(enrolled())
      .when(prove({ check: { factor: 'email' } }), moomoo)
      .thenRefused('factor-not-available');
    given(enrolled())
      .when(prove({ check: { factor: 'email' } }), mpchat)
      .then(passed({ factor: 'email' }));
  });
});

describe('a code that reached a value which is only proposed', () => {
  const proposed = factorsChanged({
    changes: [change('sms', 'proposed'), change('totp', 'proposed')],
    factors: ['sms', 'email', 'totp'],
    contacts: { phone: NEW_PHONE, totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  });
  const toNewPhone = { purpose: 'change-factors', value: NEW_PHONE } as const;

  it('passes no check of that factor, and is no guess at one', () => {
    const story = given(enrolled(CONTACTS), proposed);
    story.when(prove({ check: toNewPhone })).thenRefused('factor-not-available');
    story.when(prove({ check: toNewPhone, finding: WRONG })).thenRefused('factor-not-available');
    story
      .when(
        prove({
          check: { factor: 'totp', purpose: 'step-up', value: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
          finding: totpCode(100),
        }),
      )
      .thenRefused('factor-not-available');
  });

  it('passes one once the value is confirmed, and one that reached the old value no more', () => {
    const confirmed = factorsChanged({
      changes: [change('sms', 'confirmed')],
      factors: ['sms', 'email', 'totp'],
      contacts: { phone: NEW_PHONE },
      securityEpoch: 1,
    });
    const story = given(enrolled(CONTACTS), proposed, confirmed);
    story
      .when(prove({ check: { ...toNewPhone, securityEpoch: 1 } }))
      .then(passed({ purpose: 'change-factors' }));
    story
      .when(prove({ check: { purpose: 'change-factors', securityEpoch: 1 } }))
      .thenRefused('factor-not-available');
  });

  it('is none that went nowhere, not even where the account’s own value was erased', () => {
    const { value: _value, ...nowhere } = prove().check;
    const erased: AccountEvent = { ...enrolled(), personal: REDACTED };
    for (const account of [enrolled(), erased]) {
      given(account)
        .when({ ...prove(), check: nowhere })
        .thenRefused('factor-not-available');
    }
  });
});

describe('a wrong code', () => {
  it('is recorded with how often this check was guessed', () => {
    given(enrolled())
      .when(prove({ finding: WRONG }))
      .thenRefused(['wrong-code', { guessesLeft: 4 }], {
        type: 'SecurityCheckFailed',
        at: LATER,
        data: {
          checkId: as('check-1'),
          factor: 'sms',
          purpose: 'bind-passkey',
          stepUpId: null,
          checkExpiresAt: NOON + 10 * MINUTE,
          wrongGuesses: 1,
          failuresInWindow: 1,
          on: 'code',
        },
        personal: {},
      });
  });

  it('leaves four more guesses, and the right code still counts after four', () => {
    given(enrolled(), failed(1), failed(2), failed(3))
      .when(prove({ finding: WRONG }))
      .thenRefused(['wrong-code', { guessesLeft: 1 }], failed(4));
    given(enrolled(), failed(1), failed(2), failed(3), failed(4)).when(prove()).then(passed());
  });

  it('kills the check with the fifth, right or wrong comes after it', () => {
    const story = given(enrolled(), ...[1, 2, 3, 4, 5].map((guess) => failed(guess)));
    story.when(prove({ finding: RIGHT })).thenRefused('check-used-up');
    story.when(prove({ finding: WRONG })).thenRefused('check-used-up');
  });

  it('counts for its own check only', () => {
    given(enrolled(), ...[1, 2, 3, 4, 5].map((guess) => failed(guess)))
      .when(prove({ check: { checkId: as('check-2') } }))
      .then(passed({ checkId: as('check-2') }));
  });

  it('is no guess more on a check that passed already', () => {
    given(enrolled(), passed())
      .when(prove({ finding: WRONG }))
      .thenRefused('check-used-up');
  });
});

describe('a TOTP code', () => {
  const byTotp = (checkId: string, step: number) =>
    prove({
      check: { checkId: as(checkId), factor: 'totp' },
      finding: totpCode(step),
      grantHash: as('grant-2'),
    });
  const usedAt100 = passed({ factor: 'totp', totpStep: 100 });

  it.each([100, 99, 1])('of step %d counts no more after one of step 100, in whatever check', (step) => {
    given(enrolled(CONTACTS), usedAt100)
      .when(byTotp('check-2', step), mpchat)
      .thenRefused(
        ['wrong-code', { guessesLeft: 4 }],
        checkFailed({ at: LATER, checkId: as('check-2'), factor: 'totp' }),
      );
  });

  it('counts no more though another factor, or a change of another, came between', () => {
    const between = [
      passed({ checkId: as('check-3'), grantHash: as('grant-3') }),
      factorsChanged({
        changes: [change('email', 'proposed')],
        factors: ['sms', 'email', 'totp'],
        contacts: { email: 'ada@example.org' },
      }),
    ];
    for (const event of between) {
      given(enrolled(CONTACTS), usedAt100, event)
        .when(byTotp('check-2', 100), mpchat)
        .thenRefused(
          ['wrong-code', { guessesLeft: 4 }],
          checkFailed({ at: LATER, checkId: as('check-2'), factor: 'totp' }),
        );
    }
  });

  it('of the next step counts', () => {
    given(enrolled(CONTACTS), usedAt100)
      .when(byTotp('check-2', 101), mpchat)
      .then(passed({ checkId: as('check-2'), factor: 'totp', totpStep: 101, grantHash: as('grant-2') }));
  });

  it('that did not match counts not, whatever its step', () => {
    given(enrolled(CONTACTS))
      .when(prove({ check: { factor: 'totp' }, finding: { matches: false, totpStep: 500 } }), mpchat)
      .thenRefused(['wrong-code', { guessesLeft: 4 }], checkFailed({ at: LATER, factor: 'totp' }));
  });
});
