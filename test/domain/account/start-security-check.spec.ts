import { describe, it } from '@jest/globals';
import type { StartSecurityCheck } from '../../../src/domain/account/commands.js';
import type { CodeFactor } from '../../../src/domain/account/events.js';
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
  registered,
  resetCompleted,
  resetRequested,
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
  ] as const)('under the policy of %s, for %s, by %s: allowed %s', (slug, purpose, factor, allowed) => {
    const told = given(enrolled(CONTACTS)).when(startCheck({ purpose, factor }), { mpchat, moomoo }[slug]);
    if (allowed) told.then();
    else told.thenRefused('factor-not-available');
  });

  it('for a step-up takes a factor that proves the action together with what the account has', () => {
    const stepUp = { action: 'onchain-withdrawal', signInFactor: null } as const;
    const check = (factor: CodeFactor, more: Partial<StartSecurityCheck> = {}): StartSecurityCheck =>
      startCheck({ purpose: 'step-up', factor, stepUp, ...more });
    const story = given(enrolled(CONTACTS), registered());
    for (const factor of ['sms', 'email', 'totp'] as const) story.when(check(factor), mpchat).then();
    const none = 'factor-not-available';
    story.when(check('sms', { stepUp: null }), mpchat).thenRefused(none);
    story.when(check('sms', { stepUp: { ...stepUp, signInFactor: 'sms' } }), mpchat).thenRefused(none);
    story
      .when(check('sms', { stepUp: { ...stepUp, action: 'internal-transfer' } }), mpchat)
      .thenRefused(none);
    story.when(check('sms', { stepUp: { ...stepUp, action: 'unheard-of' } }), mpchat).thenRefused(none);
    // What it would be added to is missing.
    given(enrolled(CONTACTS)).when(check('sms'), mpchat).thenRefused(none);
    const alone = { action: 'remove-passkey', signInFactor: null };
    given(enrolled(CONTACTS))
      .when(check('sms', { stepUp: alone }), moomoo)
      .then();
  });

  it('for adding a passkey is refused after a reset, until its secret has added one', () => {
    given(enrolled(), registered(), resetRequested(), resetCompleted())
      .when(startCheck())
      .thenRefused('reset-required');
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
