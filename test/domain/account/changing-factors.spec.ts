import { describe, expect, it } from '@jest/globals';
import type { AccountEvent, Proof } from '../../../src/domain/account/events.js';
import type { StepUpId } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY } from '../../../src/domain/kernel/time.js';
import {
  confirm,
  grantProof,
  LATER,
  putAccount,
  startRegistration,
  stepUpProof,
  THE_RELYING_PARTY,
} from '../../support/account-commands.js';
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
  stepUpConsumed,
  stepUpPassed,
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
  it('cuts no cooling-off short that a later change has begun, though it is recorded after it', () => {
    const later = factorsChanged({
      changes: [change('sms', 'proposed')],
      contacts: { phone: NEW_PHONE },
      previous: { phone: PHONE },
      phoneCoolingOffUntil: LATER + 1 + DAY,
      at: LATER + 1,
    });
    given(enrolled(), later)
      .when(putAccount({ phone: '+85251234567', proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'proposed')],
          contacts: { phone: '+85251234567' },
          previous: { phone: PHONE },
          phoneCoolingOffUntil: LATER + 1 + DAY,
        }),
      );
  });

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
    given(enrolled(), registered())
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

  it('is refused where only a factor is left that lets nobody in, but adding one is not', () => {
    given(enrolled())
      .when(putAccount({ phone: null, proof: THE_RELYING_PARTY }))
      .thenRefused('last-way-in');
    given(enrolled({ email: EMAIL }))
      .when(putAccount({ phone: NEW_PHONE, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('sms', 'proposed')],
          factors: ['email'],
          contacts: { phone: NEW_PHONE },
          phoneCoolingOffUntil: LATER + DAY,
        }),
      );
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
  const linked = (
    told: { subject?: string; proof?: Proof; securityEpoch?: number | null } = {},
  ): AccountEvent => ({
    type: 'LivenessSubjectLinked',
    at: LATER,
    data: {
      provider: 'sumsub',
      proof: told.proof ?? { kind: 'relying-party' },
      securityEpoch: told.securityEpoch ?? null,
    },
    personal: { subject: told.subject ?? 'applicant-1' },
  });
  const passed = stepUpPassed({ action: 'change-factors' });
  const required = [
    'step-up-required',
    { action: 'change-factors', parameters: { liveness: 'sumsub:applicant-2' } },
  ] as const;

  it('is linked once by the relying party alone', () => {
    given(enrolled()).when(putAccount({ liveness })).then(linked());
    given(enrolled(), linked()).when(putAccount({ liveness })).then();
  });

  it('is not linked to somebody else without a proof: whoever is linked can reset the passkeys', () => {
    given(enrolled(), linked())
      .when(putAccount({ liveness: another }))
      .thenRefused(required);
  });

  it('is linked to somebody else by a passkey or the relying party’s word, which ends what was proven before', () => {
    const proof = { kind: 'step-up', stepUpId: as<StepUpId>('step-up-1') } as const;
    const relinked = linked({ subject: 'applicant-2', proof, securityEpoch: 1 });
    given(enrolled(), linked(), registered(), passed)
      .when(putAccount({ liveness: another, proof: stepUpProof() }))
      .then(stepUpConsumed(LATER), relinked);
    given(enrolled(), linked())
      .when(putAccount({ liveness: another, proof: THE_RELYING_PARTY }))
      .then(linked({ subject: 'applicant-2', securityEpoch: 1 }));
    given(enrolled(), linked(), registered(), checkPassed(), relinked)
      .when(startRegistration())
      .thenRefused('security-epoch-passed');
  });

  it('is linked to nobody else by a code: neither by a grant nor by a step-up without a passkey', () => {
    const grant = checkPassed({ purpose: 'change-factors', factor: 'sms' });
    given(enrolled(), linked(), grant)
      .when(putAccount({ liveness: another, proof: grantProof() }))
      .thenRefused(required);
    const byCode = stepUpPassed({ action: 'change-factors', methods: ['sms'], passkeyId: null });
    given(enrolled(), linked(), byCode)
      .when(putAccount({ liveness: another, proof: stepUpProof() }))
      .thenRefused(['step-up-method-missing', { alternatives: [['passkey']] }]);
    given(enrolled(), linked(), grant)
      .when(putAccount({ liveness: another, email: NEW_EMAIL, proof: grantProof() }))
      .thenRefused([
        'step-up-required',
        { action: 'change-factors', parameters: { email: NEW_EMAIL, liveness: 'sumsub:applicant-2' } },
      ]);
  });

  it('raises the epoch once more than the factors that change along with it', () => {
    given(enrolled(), linked())
      .when(putAccount({ liveness: another, email: null, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          changes: [change('email', 'removed')],
          factors: ['sms'],
          previous: { email: EMAIL },
          securityEpoch: 1,
        }),
        linked({ subject: 'applicant-2', securityEpoch: 2 }),
      );
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
