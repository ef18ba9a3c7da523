import { describe, it } from '@jest/globals';
import type { GrantHash } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { asserted, LATER, passStepUp } from '../../support/account-commands.js';
import {
  checkPassed,
  cloneSuspected,
  CONTACTS,
  enrolled,
  locked,
  NOON,
  registered,
  stepUpDenied,
  stepUpPassed,
  used,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const codeFor = (stepUpId: string, factor: 'sms' | 'email' | 'totp' = 'sms') =>
  checkPassed({ purpose: 'step-up', stepUpId: as(stepUpId), factor });
const usedNow = used({ at: LATER });
const withGrant = { grantHash: as<GrantHash>('grant-1') };
const grantOnly = { ...withGrant, assertion: null };

describe('a step-up by passkey and code', () => {
  const onchain = (told: Parameters<typeof passStepUp>[1] = {}) =>
    passStepUp('onchain-withdrawal', { ...withGrant, ...told });
  const approvedBy = (factor: 'sms' | 'email' | 'totp') =>
    stepUpPassed({
      at: LATER,
      action: 'onchain-withdrawal',
      methods: ['passkey', factor],
      grantHash: as('grant-1'),
    });

  it.each(['sms', 'email', 'totp'] as const)('may take the code of %s, and spends its grant', (factor) => {
    const story = [enrolled(CONTACTS), registered(), codeFor('step-up-1', factor)];
    given(...story)
      .when(onchain(), mpchat)
      .then(usedNow, approvedBy(factor));
    given(...story, usedNow, approvedBy(factor))
      .when(
        onchain({ stepUpId: as('step-up-2'), assertion: asserted({ ceremonyId: as('ceremony-10') }) }),
        mpchat,
      )
      .thenRefused('grant-not-found', used({ at: LATER, ceremonyId: as('ceremony-10') }));
  });

  // Those that the account has the factors for.
  const alternatives = [
    ['passkey', 'sms'],
    ['passkey', 'email'],
  ];

  it('is not passed by one of the two; the passkey’s answer is spent all the same', () => {
    const story = given(enrolled(), registered(), codeFor('step-up-1'));
    story
      .when(onchain({ grantHash: null }), mpchat)
      .thenRefused(['step-up-method-missing', { alternatives }], usedNow);
    story
      .when(onchain({ assertion: null }), mpchat)
      .thenRefused(['step-up-method-missing', { alternatives }]);
    story
      .when(onchain({ assertion: null, grantHash: null }), mpchat)
      .thenRefused(['step-up-method-missing', { alternatives }]);
  });

  it('does not take the factor that the sign-in was proven by, but another', () => {
    given(enrolled(), registered(), codeFor('step-up-1', 'sms'))
      .when(onchain({ signInFactor: 'sms' }), mpchat)
      .thenRefused(['step-up-method-missing', { alternatives: [['passkey', 'email']] }], usedNow);
    given(enrolled(), registered(), codeFor('step-up-1', 'email'))
      .when(onchain({ signInFactor: 'sms' }), mpchat)
      .then(usedNow, approvedBy('email'));
  });

  it('takes a code that was sent for this step-up and no other', () => {
    given(enrolled(), registered(), codeFor('step-up-2'))
      .when(onchain(), mpchat)
      .thenRefused('grant-not-found', usedNow);
  });

  it.each(['bind-passkey', 'sign-in', 'change-factors'] as const)('takes no grant for %s', (purpose) => {
    given(enrolled(), registered(), checkPassed({ purpose }))
      .when(onchain(), mpchat)
      .thenRefused('grant-not-found', usedNow);
    given(enrolled(), registered(), checkPassed({ purpose, stepUpId: as('step-up-1') }))
      .when(onchain(), mpchat)
      .thenRefused('grant-not-found', usedNow);
  });

  it('takes no code that has expired, and none while factors are locked', () => {
    given(enrolled(), registered(), codeFor('step-up-1'))
      .when(onchain({ at: NOON + 10 * MINUTE }), mpchat)
      .thenRefused('grant-expired', used({ at: NOON + 10 * MINUTE }));
    given(enrolled(), registered(), codeFor('step-up-1'), locked())
      .when(onchain(), mpchat)
      .thenRefused(
        ['account-locked', { until: NOON + 60 * MINUTE }],
        usedNow,
        stepUpDenied({
          at: usedNow.at,
          action: 'onchain-withdrawal',
          reason: 'locked',
          until: NOON + 60 * MINUTE,
        }),
      );
  });

  it('records a suspicion of the passkey though it is not passed', () => {
    const wentBack = asserted({ finding: { ok: true, signCount: 7, backedUp: true } });
    given(enrolled(), registered({ signCount: 7 }))
      .when(onchain({ assertion: wentBack, grantHash: null }), mpchat)
      .thenRefused(
        ['step-up-method-missing', { alternatives }],
        cloneSuspected({ at: LATER, consequence: 'flagged' }),
        used({ at: LATER, signCount: 7 }),
      );
  });
});

describe('a step-up by code alone', () => {
  const removal = (told: Parameters<typeof passStepUp>[1] = {}) =>
    passStepUp('remove-passkey', { ...grantOnly, ...told });

  it('passes where the policy has that way', () => {
    given(enrolled(), registered(), codeFor('step-up-1'))
      .when(removal(), moomoo)
      .then(
        stepUpPassed({
          at: LATER,
          action: 'remove-passkey',
          ceremonyId: null,
          methods: ['sms'],
          passkeyId: null,
          grantHash: as('grant-1'),
        }),
      );
  });

  it('is passed by the factor of the sign-in too: it is the only method there, not a second one', () => {
    given(enrolled(), registered(), codeFor('step-up-1'))
      .when(removal({ signInFactor: 'sms' }), moomoo)
      .then(
        stepUpPassed({
          at: LATER,
          action: 'remove-passkey',
          ceremonyId: null,
          methods: ['sms'],
          passkeyId: null,
          grantHash: as('grant-1'),
        }),
      );
  });

  it('is not passed by another factor', () => {
    const alternatives = [['passkey'], ['sms']];
    given(enrolled(), registered(), codeFor('step-up-1', 'email'))
      .when(removal(), moomoo)
      .thenRefused(['step-up-method-missing', { alternatives }]);
  });

  it('is not passed where the policy has not that way', () => {
    given(enrolled(), registered(), codeFor('step-up-1'))
      .when(removal(), mpchat)
      .thenRefused(['step-up-method-missing', { alternatives: [['passkey']] }]);
  });
});
