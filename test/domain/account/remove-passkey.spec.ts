import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import {
  grantProof,
  LATER,
  remove,
  rename,
  signIn,
  THE_RELYING_PARTY,
} from '../../support/account-commands.js';
import {
  change,
  checkPassed,
  cloneSuspected,
  CONTACTS,
  EMAIL,
  enrolled,
  factorsChanged,
  linked,
  NOON,
  registered,
  registeredSecond,
  removed,
  stepUpConsumed,
  stepUpPassed,
  verificationFailed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const approved = stepUpPassed({ action: 'remove-passkey' });

describe('removing a passkey', () => {
  it('spends the step-up and ends the passkey', () => {
    given(enrolled(), registered(), approved)
      .when(remove())
      .then(stepUpConsumed(LATER), {
        type: 'PasskeyRemoved',
        at: LATER,
        data: { passkeyId: as('passkey-1'), why: 'user' },
        personal: {},
      });
    const gone = given(enrolled(), registered(), removed());
    gone
      .when(signIn())
      .thenRefused('verification-failed', verificationFailed('credential-not-allowed', { at: LATER }));
    gone.when(rename('Phone')).thenRefused('passkey-not-found');
  });

  it('is refused a second time', () => {
    given(enrolled(), registered(), approved, stepUpConsumed(LATER), removed({ at: LATER }))
      .when(remove())
      .thenRefused('passkey-not-found');
  });

  it('is refused wherever passkeys are reset, whatever the proof', () => {
    for (const proof of [remove().proof, THE_RELYING_PARTY]) {
      given(enrolled(), registered(), approved)
        .when(remove({ proof }), mpchat)
        .thenRefused('removal-forbidden');
    }
  });

  it('is refused for one that is not the account’s', () => {
    given(enrolled(), registered(), approved)
      .when(remove({ passkeyId: as('passkey-2') }))
      .thenRefused('passkey-not-found');
  });
});

describe('the proof for removing a passkey', () => {
  const asked = [
    'step-up-required',
    { action: 'remove-passkey', parameters: { passkeyId: 'passkey-1' } },
  ] as const;

  it('is a step-up: no other proof will do', () => {
    const story = given(enrolled(), registered(), checkPassed({ purpose: 'change-factors' }));
    story.when(remove({ proof: { kind: 'none' } })).thenRefused(asked);
    story.when(remove({ proof: grantProof() })).thenRefused(asked);
    story.when(remove({ proof: THE_RELYING_PARTY })).thenRefused(asked);
  });

  it('is for this action, unspent, unexpired and of this epoch', () => {
    given(enrolled(), registered(), stepUpPassed({ action: 'add-passkey' }))
      .when(remove())
      .thenRefused('step-up-not-found');
    given(enrolled(), registered(), approved, stepUpConsumed(NOON))
      .when(remove())
      .thenRefused('step-up-already-used');
    given(enrolled(), registered(), approved)
      .when(remove({ at: NOON + 5 * MINUTE }))
      .thenRefused('step-up-expired');
    given(
      enrolled(CONTACTS),
      registered(),
      approved,
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
    )
      .when(remove())
      .thenRefused('security-epoch-passed');
  });

  it('removes one passkey and not two', () => {
    given(
      enrolled(),
      registered(),
      registeredSecond(),
      approved,
      stepUpConsumed(LATER),
      removed({ at: LATER }),
    )
      .when(remove({ passkeyId: as('passkey-2') }))
      .thenRefused('step-up-already-used');
  });
});

describe('the last way in', () => {
  it('stays: the only passkey of an account without factors', () => {
    given(enrolled({}), registered(), approved).when(remove()).thenRefused('last-way-in');
  });

  it('stays where the other passkey is suspended, for that lets nobody in', () => {
    const other = registeredSecond({ backupEligible: false });
    given(enrolled({}), registered(), other, cloneSuspected({ passkeyId: as('passkey-2') }), approved)
      .when(remove())
      .thenRefused('last-way-in');
  });

  it('is another passkey, or a confirmed factor', () => {
    const events = [stepUpConsumed(LATER), removed({ at: LATER })];
    given(enrolled({}), registered(), registeredSecond(), approved)
      .when(remove())
      .then(...events);
    given(enrolled(), registered(), approved)
      .when(remove())
      .then(...events);
  });

  it('is no factor that the policy takes neither for signing in nor for a new passkey', () => {
    given(enrolled({ email: EMAIL }), registered(), approved)
      .when(remove())
      .thenRefused('last-way-in');
    const byEmail = { ...moomoo, signIn: { fallbacks: ['email'] } } as const;
    const binding = { ...moomoo, factors: { ...moomoo.factors, beforeBinding: ['email'] } } as const;
    for (const policy of [byEmail, binding]) {
      given(enrolled({ email: EMAIL }), registered(), approved)
        .when(remove(), policy)
        .then(stepUpConsumed(LATER), removed({ at: LATER }));
    }
  });

  it('is a reset by the face of somebody linked, where the policy has one', () => {
    given(enrolled({}), linked(), registered(), approved)
      .when(remove())
      .then(stepUpConsumed(LATER), removed({ at: LATER }));
    const { reset: _none, ...without } = moomoo;
    given(enrolled({}), linked(), registered(), approved).when(remove(), without).thenRefused('last-way-in');
    given(enrolled({}), linked('applicant-1', 'another'), registered(), approved)
      .when(remove())
      .thenRefused('last-way-in');
  });

  it('is no factor that nobody has confirmed', () => {
    given(
      enrolled({}),
      factorsChanged({ changes: [change('sms', 'proposed')], factors: [], contacts: CONTACTS }),
      registered(),
      approved,
    )
      .when(remove())
      .thenRefused('last-way-in');
  });
});
