import { describe, it } from '@jest/globals';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { startCheck } from '../../support/account-commands.js';
import {
  change,
  CONTACTS,
  enrolled,
  EMAIL,
  factorsChanged,
  locked,
  NOON,
  PHONE,
  unlocked,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

describe('starting a security check', () => {
  it('records nothing', () => {
    given(enrolled()).when(startCheck()).then();
  });

  it.each([
    ['mpchat', 'bind-passkey', 'sms', true],
    ['mpchat', 'bind-passkey', 'email', true],
    ['mpchat', 'bind-passkey', 'totp', true],
    ['mpchat', 'sign-in', 'email', true],
    ['mpchat', 'sign-in', 'totp', false],
    ['moomoo', 'bind-passkey', 'sms', true],
    ['moomoo', 'bind-passkey', 'email', false],
    ['moomoo', 'bind-passkey', 'totp', false],
    ['moomoo', 'sign-in', 'sms', true],
    ['moomoo', 'sign-in', 'email', false],
    ['moomoo', 'change-factors', 'totp', true],
    ['moomoo', 'step-up', 'email', true],
  ] as const)('under the policy of %s, for %s, by %s: allowed %s', (slug, purpose, factor, allowed) => {
    const told = given(enrolled(CONTACTS)).when(startCheck({ purpose, factor }), { mpchat, moomoo }[slug]);
    if (allowed) told.then();
    else told.thenRefused('factor-not-available');
  });

  it('is refused for a factor that the account has not, or has not confirmed', () => {
    given(enrolled({ email: EMAIL }))
      .when(startCheck())
      .thenRefused('factor-not-available');
    given(
      enrolled({ email: EMAIL }),
      factorsChanged({
        changes: [change('sms', 'proposed')],
        factors: ['email'],
        contacts: { phone: PHONE },
      }),
    )
      .when(startCheck())
      .thenRefused('factor-not-available');
  });

  it('is refused while factors are locked, and no longer', () => {
    const until = NOON + 60 * MINUTE;
    given(enrolled(), locked())
      .when(startCheck({ at: until - 1 }))
      .thenRefused(['account-locked', { until }]);
    given(enrolled(), locked())
      .when(startCheck({ at: until }))
      .then();
    given(enrolled(), locked(), unlocked(NOON + MINUTE))
      .when(startCheck({ at: NOON + MINUTE }))
      .then();
  });
});
