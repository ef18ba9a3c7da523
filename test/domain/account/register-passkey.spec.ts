import { describe, it } from '@jest/globals';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, HOUR, MINUTE } from '../../../src/domain/kernel/time.js';
import type { GoodRegistration } from '../../support/account-commands.js';
import { attested, byGrant, LATER, register, registerSecond } from '../../support/account-commands.js';
import {
  change,
  checkPassed,
  cloneSuspected,
  CONTACTS,
  deviceTrusted,
  enrolled,
  factorsChanged,
  IPHONE,
  NOON,
  registered,
  registeredSecond,
  removed,
  stepUpConsumed,
  stepUpPassed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const secondGrant = checkPassed({ checkId: as('check-2'), grantHash: as('grant-2') });

describe('registering the first passkey', () => {
  it('spends the grant and lets the passkey approve everything at once', () => {
    given(enrolled(), checkPassed())
      .when(register())
      .then(
        {
          type: 'PasskeyRegistered',
          at: LATER,
          data: {
            passkeyId: as('passkey-1'),
            credentialId: as('credential-1'),
            publicKey: 'public-key',
            algorithm: -7,
            signCount: 0,
            aaguid: '00000000-0000-0000-0000-000000000000',
            transports: ['internal', 'hybrid'],
            backupEligible: true,
            backedUp: true,
            userVerified: true,
            attestation: { format: 'none', trust: 'none' },
            capabilities: ['cross-device', 'scan', 'face'],
            grantHash: as('grant-1'),
            resetId: null,
            vouchedBy: null,
            ceremonyId: as('ceremony-1'),
            entryPoint: 'security-center',
            sensitiveActionsFrom: LATER,
          },
          personal: { name: 'iPhone', device: IPHONE },
        },
        deviceTrusted({ at: LATER }),
      );
  });

  it('keeps the name as the policy has names', () => {
    given(enrolled(), checkPassed())
      .when(register({ name: '  My phone ' }))
      .then(registered({ at: LATER, name: 'My phone' }), deviceTrusted({ at: LATER }));
    given(enrolled(), checkPassed())
      .when(register({ name: 'x'.repeat(21) }))
      .thenRefused(['name-invalid', { problem: 'too-long' }]);
  });
});

describe('the grant for a passkey', () => {
  it('binds one passkey: the second answer finds it spent', () => {
    given(enrolled(), checkPassed(), registered())
      .when(registerSecond({ proof: byGrant('grant-1') }))
      .thenRefused('grant-spent');
  });

  it.each(['sign-in', 'step-up', 'change-factors'] as const)('is not one for %s', (purpose) => {
    given(enrolled(), checkPassed({ purpose })).when(register()).thenRefused('grant-not-found');
  });

  it('has to be known and unexpired', () => {
    given(enrolled(), checkPassed())
      .when(register({ proof: byGrant('made-up') }))
      .thenRefused('grant-not-found');
    given(enrolled(), checkPassed())
      .when(register({ at: NOON + 10 * MINUTE }))
      .thenRefused('grant-expired');
    given(enrolled(), checkPassed())
      .when(register({ at: NOON + 10 * MINUTE - 1 }))
      .then(registered({ at: NOON + 10 * MINUTE - 1 }), deviceTrusted({ at: NOON + 10 * MINUTE - 1 }));
  });

  it('dies with a change of factors, and so does the ceremony', () => {
    const story = [
      enrolled(CONTACTS),
      checkPassed(),
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
    ];
    given(...story)
      .when(register())
      .thenRefused('security-epoch-passed');
    given(...story)
      .when(register({ ceremonyEpoch: 1 }))
      .thenRefused('security-epoch-passed');
    given(...story, secondGrant)
      .when(registerSecond({ ceremonyEpoch: 0 }))
      .thenRefused('security-epoch-passed');
  });

  it('that was given after the change counts', () => {
    given(
      enrolled(CONTACTS),
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
      checkPassed(),
    )
      .when(register({ ceremonyEpoch: 1 }))
      .then(registered({ at: LATER }), deviceTrusted({ at: LATER }));
  });

  it('survives an answer that could not be verified', () => {
    given(enrolled(), checkPassed())
      .when(register({ finding: { ok: false, reason: 'challenge-mismatch' } }))
      .thenRefused(['verification-failed', { reason: 'challenge-mismatch' }]);
  });
});

describe('an authenticator’s answer', () => {
  it.each<[string, Partial<GoodRegistration>]>([
    ['without user verification', { userVerified: false }],
    ['backed up without being eligible for it', { backupEligible: false, backedUp: true }],
  ])('%s is refused', (_what, finding) => {
    given(enrolled(), checkPassed())
      .when(register({ finding: attested(finding) }))
      .thenRefused('verification-failed');
  });

  it('with a credential that is registered already is refused, even where that is suspended', () => {
    const again = registerSecond({ finding: attested() });
    given(enrolled(), registered(), secondGrant).when(again).thenRefused('credential-already-registered');
    given(enrolled(), registered({ backupEligible: false }), cloneSuspected(), secondGrant)
      .when(again)
      .thenRefused('credential-already-registered');
  });

  it('with a credential that was removed is taken again', () => {
    given(enrolled(), registered(), deviceTrusted(), removed(), secondGrant)
      .when(registerSecond({ finding: attested() }))
      .then(registeredSecond({ at: LATER, credentialId: as('credential-1') }));
  });
});

describe('the limit of passkeys', () => {
  const ten = (): readonly AccountEvent[] =>
    Array.from({ length: 10 }, (_, index) =>
      registered({
        passkeyId: as(`passkey-${index}`),
        credentialId: as(`other-${index}`),
        grantHash: as(`spent-${index}`),
        signCount: 7,
        backupEligible: false,
      }),
    );

  it('is that of the policy', () => {
    given(enrolled(), registered(), secondGrant)
      .when(registerSecond(), mpchat)
      .thenRefused(['passkey-limit-reached', { maximum: 1 }]);
    given(enrolled(), ...ten(), secondGrant)
      .when(registerSecond(), moomoo)
      .thenRefused(['passkey-limit-reached', { maximum: 10 }]);
  });

  it('counts a suspended passkey, for it may be cleared', () => {
    given(enrolled(), ...ten(), cloneSuspected(), secondGrant)
      .when(registerSecond(), moomoo)
      .thenRefused(['passkey-limit-reached', { maximum: 10 }]);
  });

  it('makes room when one is removed', () => {
    given(enrolled(), ...ten(), removed(), secondGrant)
      .when(registerSecond({ passkeyId: as('passkey-11') }), moomoo)
      .then(registeredSecond({ at: LATER, passkeyId: as('passkey-11'), sensitiveActionsFrom: LATER + DAY }));
  });
});

describe('a further passkey', () => {
  it('added by a code alone waits before it approves sensitive actions', () => {
    given(enrolled(), registered(), secondGrant)
      .when(registerSecond())
      .then(registeredSecond({ at: LATER, sensitiveActionsFrom: LATER + DAY }));
  });

  it('waits as well where the other is suspended', () => {
    given(enrolled(), registered({ backupEligible: false }), cloneSuspected(), secondGrant)
      .when(registerSecond())
      .then(registeredSecond({ at: LATER, sensitiveActionsFrom: LATER + DAY }));
  });

  const vouching = stepUpPassed({ action: 'add-passkey' });
  const vouched = registerSecond({ vouchedBy: as('step-up-1') });

  it('that an existing one vouched for does not wait, and spends the vouching', () => {
    given(enrolled(), registered(), secondGrant, vouching)
      .when(vouched)
      .then(stepUpConsumed(LATER), registeredSecond({ at: LATER, vouchedBy: as('step-up-1') }));
  });

  it('is refused where the vouching does not count, instead of being added with a wait', () => {
    const story = [enrolled(), registered(), secondGrant];
    given(...story)
      .when(vouched)
      .thenRefused('step-up-not-found');
    given(...story, stepUpPassed({ action: 'remove-passkey' }))
      .when(vouched)
      .thenRefused('step-up-not-found');
    given(...story, vouching, stepUpConsumed(NOON))
      .when(vouched)
      .thenRefused('step-up-already-used');
    given(...story, vouching)
      .when({ ...vouched, at: NOON + 5 * MINUTE })
      .thenRefused('step-up-expired');
  });

  it('cannot be vouched for by a passkey that was removed since', () => {
    given(enrolled(), registered(), secondGrant, vouching, removed())
      .when(vouched)
      .thenRefused('step-up-already-used');
  });

  it('needs a grant besides the vouching', () => {
    given(enrolled(), registered(), vouching).when(vouched).thenRefused('grant-not-found');
  });
});

describe('a passkey added after the last one was removed', () => {
  const byCode = stepUpPassed({
    action: 'remove-passkey',
    methods: ['sms'],
    passkeyId: null,
    ceremonyId: null,
    grantHash: as('grant-3'),
  });
  const gone = [enrolled(), registered(), byCode, stepUpConsumed(NOON), removed()];

  it('by a code alone waits from then on, or removing would be the way round the wait', () => {
    given(...gone, secondGrant)
      .when(registerSecond())
      .then(registeredSecond({ at: LATER, sensitiveActionsFrom: NOON + DAY }));
  });

  it('by a code alone waits no longer than if it had been added at once', () => {
    const late = { ...secondGrant, at: NOON + 25 * HOUR };
    given(...gone, { ...late, data: { ...late.data, grantExpiresAt: NOON + 26 * HOUR } })
      .when(registerSecond({ at: NOON + 25 * HOUR }))
      .then(registeredSecond({ at: NOON + 25 * HOUR }), deviceTrusted({ at: NOON + 25 * HOUR }));
  });

  it('waits for no other action that a code alone approved', () => {
    const other = stepUpPassed({ action: 'approve-sign-in', methods: ['sms'], passkeyId: null });
    given(enrolled(), other, stepUpConsumed(NOON), checkPassed())
      .when(register())
      .then(registered({ at: LATER }), deviceTrusted({ at: LATER }));
  });

  it('by itself is a first one again', () => {
    const byPasskey = stepUpPassed({ action: 'remove-passkey' });
    given(enrolled(), registered(), byPasskey, stepUpConsumed(NOON), removed(), secondGrant)
      .when(registerSecond())
      .then(registeredSecond({ at: LATER }), deviceTrusted({ at: LATER }));
  });
});
