import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY } from '../../../src/domain/kernel/time.js';
import { LATER, startStepUp } from '../../support/account-commands.js';
import {
  change,
  cloneSuspected,
  EMAIL,
  enrolled,
  factorsChanged,
  locked,
  NEW_PHONE,
  NOON,
  PHONE,
  registered,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

describe('starting a step-up', () => {
  it('records nothing where the action can be proven', () => {
    given(enrolled(), registered()).when(startStepUp('withdraw-funds'), moomoo).then();
    given(enrolled(), registered()).when(startStepUp('onchain-withdrawal'), mpchat).then();
  });

  it('is refused for an action that the policy does not name', () => {
    given(enrolled(), registered())
      .when(startStepUp('onchain-withdrawal'), moomoo)
      .thenRefused('unknown-action');
  });

  it('is refused where the account has none of the ways to prove it', () => {
    given(enrolled()).when(startStepUp('withdraw-funds'), moomoo).thenRefused('no-passkey');
    const { alternatives } = mpchat.actions.find(({ name }) => name === 'onchain-withdrawal') ?? {};
    given(enrolled({}), registered())
      .when(startStepUp('onchain-withdrawal'), mpchat)
      .thenRefused(['factor-not-available', { alternatives }]);
    // The only factor is the one that the sign-in was proven by.
    given(enrolled({ phone: PHONE }), registered())
      .when(startStepUp('onchain-withdrawal', { signInFactor: 'sms' }), mpchat)
      .thenRefused(['factor-not-available', { alternatives }]);
    given(enrolled({ phone: PHONE }))
      .when(startStepUp('onchain-withdrawal'), mpchat)
      .thenRefused('no-passkey');
    given(enrolled(), registered({ backupEligible: false }), cloneSuspected())
      .when(startStepUp('withdraw-funds'), moomoo)
      .thenRefused('no-passkey');
  });

  it('takes another way where the policy has one: the passkey may be what was lost', () => {
    given(enrolled()).when(startStepUp('remove-passkey'), moomoo).then();
    given(enrolled({ email: EMAIL }))
      .when(startStepUp('remove-passkey'), moomoo)
      .thenRefused('no-passkey');
  });

  it('is open while factors are locked, for a passkey is not', () => {
    given(enrolled(), registered(), locked()).when(startStepUp('withdraw-funds'), moomoo).then();
  });
});

describe('during the cooling-off of a phone change', () => {
  const until = NOON + DAY;
  const phoneChange = factorsChanged({
    changes: [change('sms', 'proposed')],
    contacts: { phone: NEW_PHONE },
    phoneCoolingOffUntil: until,
  });
  const story = given(enrolled(), registered(), phoneChange);

  it.each([
    ['moomoo', 'withdraw-funds'],
    ['mpchat', 'onchain-withdrawal'],
    ['mpchat', 'internal-transfer'],
  ] as const)('%s stops %s, says until when and records it', (slug, action) => {
    story
      .when(startStepUp(action), { mpchat, moomoo }[slug])
      .thenRefused(['step-up-denied', { reason: 'cooling-off', until }], {
        type: 'StepUpDenied',
        at: LATER,
        data: { stepUpId: as('step-up-1'), action, reason: 'cooling-off', until },
        personal: {},
      });
  });

  it.each([
    ['moomoo', 'unlock-trading'],
    ['moomoo', 'change-security-settings'],
    ['moomoo', 'remove-passkey'],
    ['mpchat', 'open-wallet'],
    ['mpchat', 'card-freeze'],
    ['mpchat', 'change-factors'],
  ] as const)('%s does not stop %s', (slug, action) => {
    story.when(startStepUp(action), { mpchat, moomoo }[slug]).then();
  });

  it('nothing is stopped any more when it ends, to the millisecond', () => {
    story
      .when(startStepUp('withdraw-funds', { at: until - 1 }))
      .thenRefused(['step-up-denied', { reason: 'cooling-off', until }], {
        type: 'StepUpDenied',
        at: until - 1,
        data: { stepUpId: as('step-up-1'), action: 'withdraw-funds', reason: 'cooling-off', until },
        personal: {},
      });
    story.when(startStepUp('withdraw-funds', { at: until })).then();
  });
});
