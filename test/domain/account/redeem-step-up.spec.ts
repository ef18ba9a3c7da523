import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, MINUTE } from '../../../src/domain/kernel/time.js';
import { LATER, redeem } from '../../support/account-commands.js';
import {
  change,
  CONTACTS,
  enrolled,
  factorsChanged,
  NEW_PHONE,
  NOON,
  registered,
  removed,
  stepUpConsumed,
  stepUpDenied,
  stepUpPassed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const passed = [enrolled(CONTACTS), registered(), stepUpPassed()] as const;

describe('redeeming a step-up', () => {
  it('consumes it', () => {
    given(...passed)
      .when(redeem('withdraw-funds'))
      .then({
        type: 'StepUpConsumed',
        at: LATER,
        data: { stepUpId: as('step-up-1') },
        personal: {},
      });
  });

  it('happens once', () => {
    given(...passed, stepUpConsumed(LATER))
      .when(redeem('withdraw-funds'))
      .thenRefused('step-up-already-used');
  });

  it('is refused for another step-up, another action and other parameters, all the same way', () => {
    const story = given(...passed);
    story.when(redeem('withdraw-funds', { stepUpId: as('step-up-2') })).thenRefused('step-up-not-found');
    story.when(redeem('unlock-trading')).thenRefused('step-up-not-found');
    story
      .when(redeem('withdraw-funds', { transactionDigest: 'of other parameters' }))
      .thenRefused('step-up-not-found');
  });

  it('ends with its lifetime, to the millisecond, and stays ended when it is forgotten', () => {
    const expiresAt = NOON + 5 * MINUTE;
    given(...passed)
      .when(redeem('withdraw-funds', { at: expiresAt - 1 }))
      .then(stepUpConsumed(expiresAt - 1));
    given(...passed)
      .when(redeem('withdraw-funds', { at: expiresAt }))
      .thenRefused('step-up-expired');
    given(...passed, stepUpDenied({ at: NOON + DAY }))
      .when(redeem('withdraw-funds', { at: NOON + DAY }))
      .thenRefused('step-up-not-found');
  });

  it('ends with its epoch', () => {
    given(...passed, factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }))
      .when(redeem('withdraw-funds'))
      .thenRefused('security-epoch-passed');
  });

  it('ends with the passkey that approved it, and not with another', () => {
    given(...passed, removed())
      .when(redeem('withdraw-funds'))
      .thenRefused('step-up-already-used');
    given(...passed, removed({ passkeyId: as('passkey-2') }))
      .when(redeem('withdraw-funds'))
      .then(stepUpConsumed(LATER));
  });

  it('is denied where a cooling-off began after it was approved, and leaves it as it is', () => {
    const until = NOON + DAY;
    const phoneChange = factorsChanged({
      changes: [change('sms', 'proposed')],
      contacts: { phone: NEW_PHONE },
      phoneCoolingOffUntil: until,
    });
    given(...passed, phoneChange)
      .when(redeem('withdraw-funds'))
      .thenRefused(['step-up-denied', { reason: 'cooling-off', until }], stepUpDenied({ at: LATER, until }));
    given(enrolled(), registered(), stepUpPassed({ action: 'unlock-trading' }), phoneChange)
      .when(redeem('unlock-trading'))
      .then(stepUpConsumed(LATER));
  });
});
