import { describe, expect, it } from '@jest/globals';
import type { AccountEvent, Proof } from '../../../src/domain/account/events.js';
import type { GrantHash } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY } from '../../../src/domain/kernel/time.js';
import { confirm, grantProof, LATER, putAccount, THE_RELYING_PARTY } from '../../support/account-commands.js';
import {
  change,
  checkPassed,
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
import { moomoo } from '../../support/shipped-policies.js';

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
      proposedAt: { sms: NOON },
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
  const another = { provider: 'sumsub', subject: 'applicant-2' };
  const linked = (told: { subject?: string; proof?: Proof } = {}): AccountEvent => ({
    type: 'LivenessSubjectLinked',
    at: LATER,
    data: { provider: 'sumsub', proof: told.proof ?? { kind: 'relying-party' } },
    personal: { subject: told.subject ?? 'applicant-1' },
  });

  it('is linked once by the relying party alone', () => {
    given(enrolled()).when(putAccount({ liveness })).then(linked());
    given(enrolled(), linked()).when(putAccount({ liveness })).then();
  });

  it('is not linked to somebody else without a proof: whoever is linked can reset the passkeys', () => {
    given(enrolled(), linked())
      .when(putAccount({ liveness: another }))
      .thenRefused([
        'step-up-required',
        { action: 'change-factors', parameters: { liveness: 'sumsub:applicant-2' } },
      ]);
  });

  it('is linked to somebody else on the proof that a change of factors takes, which is spent by it', () => {
    const grant = checkPassed({ purpose: 'change-factors', factor: 'sms' });
    const proof = { kind: 'grant', factor: 'sms', grantHash: as<GrantHash>('grant-1') } as const;
    const relinked = linked({ subject: 'applicant-2', proof });
    given(enrolled(), linked(), grant)
      .when(putAccount({ liveness: another, proof: grantProof() }))
      .then(relinked);
    given(enrolled(), linked(), grant, relinked)
      .when(putAccount({ liveness, proof: grantProof() }))
      .thenRefused('grant-spent');
    given(enrolled(), linked())
      .when(putAccount({ liveness: another, proof: THE_RELYING_PARTY }))
      .then(linked({ subject: 'applicant-2' }));
  });
});

describe('a new email address', () => {
  const stopping = { ...moomoo, coolingOff: { ...moomoo.coolingOff, 'email-change': DAY } };

  it('begins its own cooling-off where the policy has one', () => {
    const proposed = given(enrolled()).when(
      putAccount({ email: NEW_EMAIL, proof: THE_RELYING_PARTY }),
      stopping,
    );
    proposed.then(
      factorsChanged({
        at: LATER,
        changes: [change('email', 'proposed')],
        contacts: { email: NEW_EMAIL },
        previous: { email: EMAIL },
        emailCoolingOffUntil: LATER + DAY,
      }),
    );
  });
});

describe('a factor that waits for its confirmation', () => {
  const proposal = factorsChanged({
    at: NOON,
    changes: [change('email', 'proposed')],
    contacts: { email: NEW_EMAIL },
    previous: { email: EMAIL },
  });
  const withdrawn = (at: number): AccountEvent =>
    factorsChanged({ at, changes: [change('email', 'withdrawn')], proof: { kind: 'not-needed' } });
  const confirmation = {
    factor: 'email',
    value: NEW_EMAIL,
    check: { value: NEW_EMAIL, expiresAt: NOON + 2 * DAY },
  } as const;

  it('is withdrawn without a proof, and its code is worth nothing then', () => {
    given(enrolled(), proposal)
      .when({ type: 'withdraw-proposal', at: LATER, factor: 'email', why: 'asked' })
      .then(withdrawn(LATER));
    given(enrolled(), proposal, withdrawn(LATER))
      .when(confirm({ ...confirmation, at: LATER }))
      .thenRefused('already-confirmed');
    given(enrolled())
      .when({ type: 'withdraw-proposal', at: LATER, factor: 'email', why: 'asked' })
      .thenRefused('proposal-not-found');
  });

  it('waits for a day and no longer: it can then be withdrawn by the clock, or proposed again', () => {
    const justIn = NOON + DAY - 1;
    given(enrolled(), proposal)
      .when({ type: 'withdraw-proposal', at: justIn, factor: 'email', why: 'expired' })
      .then();
    given(enrolled(), proposal)
      .when({ type: 'withdraw-proposal', at: NOON + DAY, factor: 'email', why: 'expired' })
      .then(withdrawn(NOON + DAY));
    given(enrolled(), proposal)
      .when(confirm({ ...confirmation, at: NOON + DAY }))
      .thenRefused('proposal-expired');
    given(enrolled(), proposal)
      .when(putAccount({ at: NOON + DAY, email: NEW_EMAIL }))
      .thenRefused(['step-up-required', { action: 'change-factors', parameters: { email: NEW_EMAIL } }]);
    given(enrolled(), withdrawn(LATER))
      .when({ type: 'withdraw-proposal', at: NOON + DAY, factor: 'email', why: 'expired' })
      .then();
  });
});
