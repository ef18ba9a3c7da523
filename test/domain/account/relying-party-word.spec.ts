import { describe, it } from '@jest/globals';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { LATER, prove, WRONG } from '../../support/account-commands.js';
import { checkFailed, checkPassed, CONTACTS, EMAIL, enrolled, NOON } from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo } from '../../support/shipped-policies.js';

const passed = (told: Parameters<typeof checkPassed>[0]) =>
  checkPassed({ at: LATER, checkExpiresAt: NOON + 10 * MINUTE, ...told });

describe('the relying party’s own word', () => {
  const word = { on: 'relying-party-word' } as const;

  it('stands for a password, for signing in and nothing else', () => {
    const password = { factor: 'password' } as const;
    given(enrolled())
      .when(prove({ ...word, check: { ...password, purpose: 'sign-in' } }))
      .then(passed({ ...word, factor: 'password', purpose: 'sign-in' }));
    for (const purpose of ['bind-passkey', 'step-up', 'change-factors'] as const) {
      given(enrolled())
        .when(prove({ ...word, check: { ...password, purpose } }))
        .thenRefused('factor-not-available');
    }
  });

  it('is the only one for a password, and counts only where the policy has passwords', () => {
    const check = { factor: 'password', purpose: 'sign-in' } as const;
    given(enrolled()).when(prove({ check })).thenRefused('factor-not-available');
    given(enrolled())
      .when(prove({ ...word, check }), { ...moomoo, signIn: { fallbacks: ['sms'] } })
      .thenRefused('factor-not-available');
  });

  it('stands for a factor that only the relying party knows when a passkey is bound or a user signs in', () => {
    given(enrolled({})).when(prove(word)).then(passed(word));
    given(enrolled({}))
      .when(prove({ ...word, check: { purpose: 'sign-in' } }))
      .then(passed({ ...word, purpose: 'sign-in' }));
  });

  it.each(['change-factors', 'step-up'] as const)(
    'does not stand for a factor that is not confirmed where the purpose is %s',
    (purpose) => {
      given(enrolled({ email: EMAIL }))
        .when(prove({ ...word, check: { purpose, factor: 'totp' } }))
        .thenRefused('factor-not-available');
      given(enrolled(CONTACTS))
        .when(prove({ ...word, check: { purpose, factor: 'totp' } }))
        .then(passed({ ...word, purpose, factor: 'totp' }));
    },
  );

  it('does not stand for a factor that the policy does not allow', () => {
    given(enrolled(CONTACTS))
      .when(prove({ ...word, check: { factor: 'email' } }), moomoo)
      .thenRefused('factor-not-available');
  });

  it('that it was wrong is recorded, and says nothing of guesses', () => {
    given(enrolled())
      .when(prove({ ...word, finding: WRONG, check: { factor: 'password', purpose: 'sign-in' } }))
      .thenRefused('wrong-code', checkFailed({ ...word, at: LATER, factor: 'password', purpose: 'sign-in' }));
  });
});
