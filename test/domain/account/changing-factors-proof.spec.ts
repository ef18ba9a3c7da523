import { describe, it } from '@jest/globals';
import type { PutAccount } from '../../../src/domain/account/commands.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import {
  grantProof,
  LATER,
  putAccount,
  stepUpProof,
  THE_RELYING_PARTY,
} from '../../support/account-commands.js';
import {
  change,
  checkPassed,
  CONTACTS,
  EMAIL,
  enrolled,
  factorsChanged,
  locked,
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

const grantOf = (factor: 'sms' | 'email' | 'totp') => checkPassed({ purpose: 'change-factors', factor });
const approved = stepUpPassed({ action: 'change-factors' });
const newEmail = { changes: [change('email', 'proposed')], contacts: { email: NEW_EMAIL } } as const;

describe('the proof for changing a factor', () => {
  it('may be a grant from another confirmed factor, which it spends', () => {
    const story = [enrolled(), grantOf('sms')];
    const changed = factorsChanged({
      at: LATER,
      ...newEmail,
      previous: { email: EMAIL },
      proof: { kind: 'grant', factor: 'sms', grantHash: as('grant-1') },
    });
    given(...story)
      .when(putAccount({ email: NEW_EMAIL, proof: grantProof() }))
      .then(changed);
    given(...story, changed)
      .when(putAccount({ email: 'ada@example.net', proof: grantProof() }))
      .thenRefused('grant-spent');
  });

  it('may be a step-up by passkey, which it spends', () => {
    const story = [enrolled(), registered(), approved];
    given(...story)
      .when(putAccount({ email: NEW_EMAIL, proof: stepUpProof() }))
      .then(
        stepUpConsumed(LATER),
        factorsChanged({
          at: LATER,
          ...newEmail,
          previous: { email: EMAIL },
          proof: { kind: 'step-up', stepUpId: as('step-up-1') },
        }),
      );
    given(...story, stepUpConsumed(LATER))
      .when(putAccount({ email: NEW_EMAIL, proof: stepUpProof() }))
      .thenRefused('step-up-already-used');
  });

  it("may be the relying party's own word, recorded as such", () => {
    given(enrolled())
      .when(putAccount({ email: NEW_EMAIL, proof: THE_RELYING_PARTY }))
      .then(
        factorsChanged({
          at: LATER,
          ...newEmail,
          previous: { email: EMAIL },
          proof: { kind: 'relying-party' },
        }),
      );
  });

  it('is asked for by naming the very values that came, but no secret', () => {
    const parameters = { phone: PHONE, email: NEW_EMAIL, totp: 'new' };
    given(enrolled())
      .when(putAccount({ phone: PHONE, email: NEW_EMAIL, totp: { secret: SECRET, vouched: true } }))
      .thenRefused(['step-up-required', { action: 'change-factors', parameters }]);
    given(enrolled(CONTACTS))
      .when(putAccount({ email: null, totp: null }))
      .thenRefused([
        'step-up-required',
        { action: 'change-factors', parameters: { email: null, totp: null } },
      ]);
  });

  it.each<[string, Partial<PutAccount>]>([
    ['changed', { phone: NEW_PHONE }],
    ['removed', { phone: null }],
    ['changed along with another', { phone: NEW_PHONE, email: NEW_EMAIL }],
  ])('is not a grant from the very factor that is %s', (_how, members) => {
    given(enrolled(), grantOf('sms'))
      .when(putAccount({ ...members, proof: grantProof() }))
      .thenRefused('factor-in-use');
  });

  it.each(['bind-passkey', 'sign-in', 'step-up'] as const)('is no grant for %s', (purpose) => {
    given(enrolled(), checkPassed({ purpose }))
      .when(putAccount({ email: NEW_EMAIL, proof: grantProof() }))
      .thenRefused('grant-not-found');
  });

  it('is no grant that nobody was given, that has expired, or of before another change', () => {
    const command = putAccount({ email: NEW_EMAIL, proof: grantProof() });
    given(enrolled()).when(command).thenRefused('grant-not-found');
    given(enrolled(), grantOf('sms'))
      .when({ ...command, at: NOON + 10 * MINUTE })
      .thenRefused('grant-expired');
    given(
      enrolled(CONTACTS),
      grantOf('sms'),
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
    )
      .when(command)
      .thenRefused('security-epoch-passed');
  });

  it('is no step-up for another action, that has expired, or of before another change', () => {
    const command = putAccount({ email: NEW_EMAIL, proof: stepUpProof() });
    given(enrolled(), registered(), stepUpPassed({ action: 'add-passkey' }))
      .when(command)
      .thenRefused('step-up-not-found');
    given(enrolled(), registered(), approved)
      .when({ ...command, at: NOON + 5 * MINUTE })
      .thenRefused('step-up-expired');
    given(
      enrolled(CONTACTS),
      registered(),
      approved,
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
    )
      .when(command)
      .thenRefused('security-epoch-passed');
  });

  it('is no grant while factors are locked, but still a passkey', () => {
    given(enrolled(), grantOf('sms'), locked())
      .when(putAccount({ email: NEW_EMAIL, proof: grantProof() }))
      .thenRefused(['account-locked', { until: NOON + 60 * MINUTE }]);
    given(enrolled(), registered(), approved, locked())
      .when(putAccount({ email: null, proof: stepUpProof() }))
      .then(
        stepUpConsumed(LATER),
        factorsChanged({
          at: LATER,
          changes: [change('email', 'removed')],
          factors: ['sms'],
          previous: { email: EMAIL },
          proof: { kind: 'step-up', stepUpId: as('step-up-1') },
          securityEpoch: 1,
        }),
      );
  });

  it('is left unspent where nothing changes', () => {
    given(enrolled(), grantOf('sms'))
      .when(putAccount({ phone: PHONE, email: EMAIL, proof: grantProof() }))
      .then();
  });
});
