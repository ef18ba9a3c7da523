import { describe, it } from '@jest/globals';
import type { DeviceId, SessionId } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { asserted, LATER, passStepUp, redeem, signIn } from '../../support/account-commands.js';
import {
  cloneSuspected,
  deviceTrusted,
  enrolled,
  IPHONE,
  NOON,
  registered,
  registeredSecond,
  removed,
  stepUpPassed,
  used,
  verificationFailed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

/** The device that every sign-in here is on. */
const trusted = deviceTrusted();
const signedIn = {
  at: LATER,
  purpose: 'sign-in',
  sessionId: as<SessionId>('session-1'),
  deviceId: as<DeviceId>('device-1'),
} as const;

const counted = (signCount: number) => signIn({ finding: { ok: true, signCount, backedUp: false } });
const usedAt = (signCount: number) => used({ ...signedIn, signCount, backedUp: false });

const notOurs = (told: Parameters<typeof verificationFailed>[1]) =>
  verificationFailed('credential-not-allowed', { at: LATER, ...told });

describe('signing in with a passkey', () => {
  it('records its use', () => {
    given(enrolled(), trusted, registered())
      .when(signIn({ device: IPHONE }))
      .then({
        type: 'PasskeyUsed',
        at: LATER,
        data: {
          passkeyId: as('passkey-1'),
          ceremonyId: as('ceremony-9'),
          ceremonyExpiresAt: NOON + 5 * MINUTE,
          purpose: 'sign-in',
          signCount: 0,
          backedUp: true,
          sessionId: as('session-1'),
          deviceId: as('device-1'),
        },
        personal: { device: IPHONE },
      });
  });

  it('is open to a passkey that nobody vouched for', () => {
    given(enrolled(), trusted, registered(), registeredSecond({ sensitiveActionsFrom: LATER + 1 }))
      .when(signIn({ passkeyId: as('passkey-2') }))
      .then(used({ ...signedIn, passkeyId: as('passkey-2') }));
  });

  it('is refused the same way for a bad answer, an unknown passkey and a removed one', () => {
    given(enrolled(), trusted, registered())
      .when(signIn({ finding: { ok: false, reason: 'signature' } }))
      .thenRefused('verification-failed', verificationFailed('signature', { at: LATER }));
    given(enrolled(), trusted, registered())
      .when(signIn({ passkeyId: null }))
      .thenRefused('verification-failed', notOurs({ passkeyId: null }));
    given(enrolled(), trusted, registered())
      .when(signIn({ passkeyId: as('passkey-2') }))
      .thenRefused('verification-failed', notOurs({ passkeyId: as('passkey-2') }));
    given(enrolled(), trusted, registered(), removed())
      .when(signIn())
      .thenRefused('verification-failed', notOurs({}));
  });

  it('is refused the same way for a bad answer of a suspended passkey: only its signature earns the reason', () => {
    given(enrolled(), trusted, registered(), cloneSuspected())
      .when(signIn({ finding: { ok: false, reason: 'signature' } }))
      .thenRefused('verification-failed', verificationFailed('signature', { at: LATER }));
  });

  it('records ten bad answers an hour and refuses the rest all the same', () => {
    const bad = signIn({ finding: { ok: false, reason: 'signature' } });
    const ten = Array.from({ length: 10 }, (_, minute) =>
      verificationFailed('signature', { at: NOON + minute * MINUTE }),
    );
    const story = given(enrolled(), trusted, registered(), ...ten);
    story.when({ ...bad, at: NOON + 59 * MINUTE }).thenRefused('verification-failed');
    const at = NOON + 60 * MINUTE;
    story.when({ ...bad, at }).thenRefused('verification-failed', verificationFailed('signature', { at }));
    story.when(signIn()).then(used(signedIn));
  });

  it('takes an answer once, also where it was given to a step-up', () => {
    given(enrolled(), trusted, registered(), used({ purpose: 'sign-in' }))
      .when(signIn())
      .thenRefused('ceremony-already-used');
    given(enrolled(), trusted, registered(), used()).when(signIn()).thenRefused('ceremony-already-used');
  });
});

describe('a sign count', () => {
  const device = { backupEligible: false, backedUp: false } as const;

  it('of zero and zero says nothing, however often', () => {
    given(enrolled(), trusted, registered(device), used({ ceremonyId: as('ceremony-8') }))
      .when(counted(0))
      .then(usedAt(0));
  });

  it('that grows is kept', () => {
    given(enrolled(), trusted, registered({ ...device, signCount: 7 }))
      .when(counted(8))
      .then(usedAt(8));
    const grown = usedAt(8);
    given(enrolled(), trusted, registered({ ...device, signCount: 7 }), {
      ...grown,
      data: { ...grown.data, ceremonyId: as('ceremony-8') },
    })
      .when(counted(8), mpchat)
      .then(
        cloneSuspected({ at: LATER, storedCount: 8, receivedCount: 8, consequence: 'flagged' }),
        usedAt(8),
      );
  });

  it.each([7, 6, 1, 0])(
    'of %d after 7 suspends a device-bound passkey where the policy does so',
    (received) => {
      given(enrolled(), trusted, registered({ ...device, signCount: 7 }))
        .when(counted(received), moomoo)
        .thenRefused('passkey-suspended', {
          type: 'PasskeyCloneSuspected',
          at: LATER,
          data: {
            passkeyId: as('passkey-1'),
            storedCount: 7,
            receivedCount: received,
            consequence: 'suspended',
          },
          personal: {},
        });
    },
  );

  it.each([7, 6, 0])('of %d after 7 only flags it where the policy does not', (received) => {
    given(enrolled(), trusted, registered({ ...device, signCount: 7 }))
      .when(counted(received), mpchat)
      .then(cloneSuspected({ at: LATER, receivedCount: received, consequence: 'flagged' }), usedAt(received));
  });

  it.each([
    ['moomoo', 7],
    ['moomoo', 0],
    ['mpchat', 7],
  ] as const)('never suspends a synced passkey: under the policy of %s, %d after 7', (slug, received) => {
    given(enrolled(), trusted, registered({ signCount: 7 }))
      .when(counted(received), { mpchat, moomoo }[slug])
      .then(cloneSuspected({ at: LATER, receivedCount: received, consequence: 'flagged' }), usedAt(received));
  });

  it('that went back is not the one to compare with next', () => {
    given(
      enrolled(),
      trusted,
      registered({ signCount: 7 }),
      cloneSuspected({ receivedCount: 3, consequence: 'flagged' }),
      used({ signCount: 3, ceremonyId: as('ceremony-8') }),
    )
      .when(counted(5))
      .then(cloneSuspected({ at: LATER, receivedCount: 5, consequence: 'flagged' }), usedAt(5));
  });
});

describe('a suspended passkey', () => {
  const story = given(
    enrolled(),
    trusted,
    registered({ backupEligible: false, signCount: 7 }),
    cloneSuspected(),
  );

  it('signs in no more, not even with a count that grows', () => {
    story.when(counted(1_000)).thenRefused('passkey-suspended');
  });

  it('approves nothing', () => {
    story
      .when(
        passStepUp('unlock-trading', {
          assertion: asserted({ finding: { ok: true, signCount: 8, backedUp: false } }),
        }),
      )
      .thenRefused('passkey-suspended');
  });

  it('takes down with it what it approved and nobody redeemed yet', () => {
    given(
      enrolled(),
      trusted,
      registered({ backupEligible: false, signCount: 7 }),
      stepUpPassed(),
      cloneSuspected(),
    )
      .when(redeem('withdraw-funds'))
      .thenRefused('step-up-already-used');
  });
});
