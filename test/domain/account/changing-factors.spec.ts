import { describe, expect, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY } from '../../../src/domain/kernel/time.js';
import { LATER, putAccount, THE_RELYING_PARTY } from '../../support/account-commands.js';
import {
  change,
  cloneSuspected,
  EMAIL,
  enrolled,
  factorsChanged,
  NEW_EMAIL,
  NEW_PHONE,
  NOON,
  PHONE,
  registered,
  SECRET,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

describe('a proposed factor', () => {
  const proposed = factorsChanged({
    changes: [change('sms', 'proposed')],
    contacts: { phone: NEW_PHONE },
    previous: { phone: PHONE },
    phoneCoolingOffUntil: NOON + DAY,
  });

  it('counts for nothing: the old value and the epoch stay as they are', () => {
    expect(given(enrolled(), proposed).state).toStrictEqual({
      ...given(enrolled()).state,
      proposed: { phone: NEW_PHONE },
      proposedInEpoch: { sms: 0 },
      coolingOff: { 'phone-change': NOON + DAY },
    });
  });

  it('is proposed once, and another takes its place', () => {
    given(enrolled(), proposed)
      .when(putAccount({ phone: NEW_PHONE, proof: THE_RELYING_PARTY }))
      .then();
    given(enrolled(), proposed)
      .when(putAccount({ phone: '+85251234567', proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'proposed')],
          contacts: { phone: '+85251234567' },
          previous: { phone: PHONE },
          phoneCoolingOffUntil: LATER + DAY,
        }),
      );
  });

  it('that was never confirmed goes without raising the epoch', () => {
    given(enrolled({ email: EMAIL }), { ...proposed, data: { ...proposed.data, factors: ['email'] } })
      .when(putAccount({ phone: null, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'removed')],
          factors: ['email'],
          phoneCoolingOffUntil: LATER + DAY,
        }),
      );
  });

  it('waits for its code even where the relying party vouches for it, and even a TOTP secret', () => {
    given(enrolled())
      .when(putAccount({ totp: { secret: SECRET, vouched: true }, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('totp', 'proposed')],
          contacts: { totpSecret: SECRET },
        }),
      );
  });
});

describe('changing the phone', () => {
  it('starts its cooling-off with the proposal, in the length that the policy says', () => {
    given(enrolled())
      .when(putAccount({ phone: NEW_PHONE, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'proposed')],
          contacts: { phone: NEW_PHONE },
          previous: { phone: PHONE },
          phoneCoolingOffUntil: LATER + DAY,
        }),
      );
  });

  it('by removing it starts its cooling-off as well, and raises the epoch', () => {
    given(enrolled())
      .when(putAccount({ phone: null, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'removed')],
          factors: ['email'],
          previous: { phone: PHONE },
          securityEpoch: 1,
          phoneCoolingOffUntil: LATER + DAY,
        }),
      );
  });
});

describe('removing factors', () => {
  const nothingLeft = putAccount({ phone: null, email: null, proof: THE_RELYING_PARTY });

  it('is refused where it takes the last way in, even on the relying party’s word', () => {
    given(enrolled()).when(nothingLeft).thenRefused('last-way-in');
  });

  it('is refused where the only passkey left is suspended, for that lets nobody in', () => {
    given(enrolled(), registered({ backupEligible: false, signCount: 7 }), cloneSuspected())
      .when(nothingLeft)
      .thenRefused('last-way-in');
  });

  it('is accepted where an active passkey is left', () => {
    given(enrolled(), registered())
      .when(nothingLeft)
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'removed'), change('email', 'removed')],
          factors: [],
          previous: { phone: PHONE, email: EMAIL },
          securityEpoch: 1,
          phoneCoolingOffUntil: LATER + DAY,
        }),
      );
  });

  it('that are not there is nothing', () => {
    given(enrolled({ email: EMAIL }))
      .when(putAccount({ phone: null, totp: null }))
      .then();
  });
});

describe('details that prove nothing', () => {
  it('change without a proof', () => {
    given(enrolled())
      .when(putAccount({ displayName: 'Ada', identifiers: ['ada-1815'] }))
      .then({
        type: 'AccountDetailsChanged',
        at: LATER,
        data: {},
        personal: { displayName: 'Ada', identifiers: ['ada-1815'] },
      });
  });

  it('that are the same, in whatever order, are no event', () => {
    given({
      ...enrolled(),
      personal: { accountId: as('ada'), displayName: 'Ada', contacts: {}, identifiers: ['a', 'b'] },
    })
      .when(putAccount({ displayName: 'Ada', identifiers: ['b', 'a'] }))
      .then();
  });

  it('are not changed along where the factors may not be', () => {
    given(enrolled())
      .when(putAccount({ displayName: 'Mallory', email: NEW_EMAIL }))
      .thenRefused(['step-up-required', { action: 'change-factors', parameters: { email: NEW_EMAIL } }]);
  });
});

describe('the liveness subject', () => {
  const liveness = { provider: 'sumsub', subject: 'applicant-1' };
  const linked = {
    type: 'LivenessSubjectLinked',
    at: LATER,
    data: { provider: 'sumsub' },
    personal: { subject: 'applicant-1' },
  } as const;

  it('is linked once', () => {
    given(enrolled()).when(putAccount({ liveness })).then(linked);
    given(enrolled(), linked).when(putAccount({ liveness })).then();
  });
});
