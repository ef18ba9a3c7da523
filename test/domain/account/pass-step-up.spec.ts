import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, MINUTE } from '../../../src/domain/kernel/time.js';
import { asserted, LATER, passStepUp } from '../../support/account-commands.js';
import {
  change,
  cloneSuspected,
  CONTACTS,
  enrolled,
  factorsChanged,
  NEW_PHONE,
  NOON,
  registered,
  registeredSecond,
  stepUpDenied,
  stepUpPassed,
  used,
  verificationFailed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const usedNow = used({ at: LATER });

describe('a step-up by passkey', () => {
  it('records the use of the passkey and what it approved', () => {
    given(enrolled(), registered())
      .when(passStepUp('withdraw-funds'))
      .then(
        {
          type: 'PasskeyUsed',
          at: LATER,
          data: {
            passkeyId: as('passkey-1'),
            ceremonyId: as('ceremony-9'),
            ceremonyExpiresAt: NOON + 5 * MINUTE,
            purpose: 'step-up',
            signCount: 0,
            backedUp: true,
            sessionId: null,
            deviceId: null,
          },
          personal: { device: null },
        },
        {
          type: 'StepUpPassed',
          at: LATER,
          data: {
            stepUpId: as('step-up-1'),
            ceremonyId: as('ceremony-9'),
            action: 'withdraw-funds',
            transactionDigest: 'digest',
            methods: ['passkey'],
            passkeyId: as('passkey-1'),
            grantHash: null,
            singleUse: true,
            expiresAt: LATER + 5 * MINUTE,
            deviceId: null,
          },
          personal: {},
        },
      );
  });

  it('says whether the action may be approved for more than one use', () => {
    given(enrolled(), registered())
      .when(passStepUp('unlock-trading'))
      .then(usedNow, stepUpPassed({ at: LATER, action: 'unlock-trading', singleUse: false }));
  });

  it('is answered once', () => {
    given(enrolled(), registered(), usedNow, stepUpPassed({ at: LATER }))
      .when(passStepUp('withdraw-funds', { assertion: asserted({ ceremonyId: as('ceremony-10') }) }))
      .thenRefused('step-up-already-used');
  });

  it('is answered once, though what it approved has expired before it could last be answered', () => {
    given(
      enrolled(),
      registered(),
      usedNow,
      stepUpPassed({ at: LATER, expiresAt: LATER + MINUTE }),
      used({
        at: LATER + 2 * MINUTE,
        ceremonyId: as('ceremony-10'),
      }),
    )
      .when(passStepUp('withdraw-funds', { at: LATER + 3 * MINUTE }))
      .thenRefused('step-up-already-used');
  });

  it('takes no answer that another ceremony had', () => {
    given(enrolled(), registered(), used({ purpose: 'sign-in' }))
      .when(passStepUp('withdraw-funds'))
      .thenRefused('ceremony-already-used');
  });

  it('has to be answered in time and in its own epoch', () => {
    const command = passStepUp('withdraw-funds', { mustPassBy: NOON + 5 * MINUTE });
    given(enrolled(), registered())
      .when({ ...command, at: NOON + 5 * MINUTE })
      .thenRefused('step-up-expired');
    given(
      enrolled(CONTACTS),
      registered(),
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
    )
      .when(command)
      .thenRefused('security-epoch-passed');
  });

  it('is refused for an action that the policy does not name', () => {
    given(enrolled(), registered()).when(passStepUp('withdraw-funds'), mpchat).thenRefused('unknown-action');
  });

  it('is refused for a bad answer, and that is recorded', () => {
    given(enrolled(), registered())
      .when(
        passStepUp('withdraw-funds', { assertion: asserted({ finding: { ok: false, reason: 'origin' } }) }),
      )
      .thenRefused('verification-failed', verificationFailed('origin', { at: LATER, purpose: 'step-up' }));
  });

  it('suspends a device-bound passkey whose count went back, and approves nothing', () => {
    const device = registered({ backupEligible: false, signCount: 7 });
    const wentBack = asserted({ finding: { ok: true, signCount: 7, backedUp: false } });
    given(enrolled(), device)
      .when(passStepUp('withdraw-funds', { assertion: wentBack }), moomoo)
      .thenRefused('passkey-suspended', cloneSuspected({ at: LATER }));
  });
});

describe('a passkey that a code alone added', () => {
  const from = NOON + DAY;
  const story = given(enrolled(), registered(), registeredSecond({ sensitiveActionsFrom: from }));
  const bySecond = (action: string, told: Parameters<typeof passStepUp>[1] = {}) =>
    passStepUp(action, { assertion: asserted({ passkeyId: as('passkey-2') }), ...told });
  const usedSecond = used({ at: LATER, passkeyId: as('passkey-2') });

  it.each(['withdraw-funds', 'unlock-trading', 'add-passkey', 'remove-passkey', 'change-factors'])(
    'does not approve %s yet; that it tried is recorded',
    (action) => {
      story.when(bySecond(action), moomoo).thenRefused(['passkey-too-new', { until: from }], usedSecond, {
        type: 'StepUpDenied',
        at: LATER,
        data: { stepUpId: as('step-up-1'), action, reason: 'passkey-too-new', until: from },
        personal: {},
      });
    },
  );

  it.each(['open-wallet', 'card-freeze'])('approves %s, which is not sensitive', (action) => {
    story.when(bySecond(action), mpchat).then(
      usedSecond,
      stepUpPassed({
        at: LATER,
        action,
        passkeyId: as('passkey-2'),
        singleUse: action === 'card-freeze',
      }),
    );
  });

  it('approves everything from then on, to the millisecond', () => {
    story
      .when(bySecond('withdraw-funds', { at: from - 1 }))
      .thenRefused(
        ['passkey-too-new', { until: from }],
        used({ at: from - 1, passkeyId: as('passkey-2') }),
        stepUpDenied({ at: from - 1, reason: 'passkey-too-new', until: from }),
      );
    story
      .when(bySecond('withdraw-funds', { at: from }))
      .then(
        used({ at: from, passkeyId: as('passkey-2') }),
        stepUpPassed({ at: from, passkeyId: as('passkey-2') }),
      );
  });
});

describe('during cooling-off', () => {
  const until = NOON + DAY;
  const story = given(
    enrolled(),
    registered(),
    factorsChanged({
      changes: [change('sms', 'proposed')],
      contacts: { phone: NEW_PHONE },
      phoneCoolingOffUntil: until,
    }),
  );

  it('a step-up that was started before is denied before the passkey is looked at, and recorded', () => {
    story
      .when(passStepUp('withdraw-funds'))
      .thenRefused(['step-up-denied', { reason: 'cooling-off', until }], stepUpDenied({ at: LATER, until }));
  });

  it('what it does not stop passes', () => {
    story
      .when(passStepUp('unlock-trading'))
      .then(usedNow, stepUpPassed({ at: LATER, action: 'unlock-trading', singleUse: false }));
  });
});
