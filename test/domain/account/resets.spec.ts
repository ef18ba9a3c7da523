import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, HOUR, MINUTE } from '../../../src/domain/kernel/time.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import {
  byReset,
  cancelReset,
  disputeReset,
  expireReset,
  LATER,
  register,
  requestReset,
  signIn,
  startCheck,
  unlock,
  verdict,
} from '../../support/account-commands.js';
import {
  attemptFailed,
  checkPassed,
  deviceRemoved,
  deviceTrusted,
  enrolled,
  linked,
  locked,
  NOON,
  registered,
  registeredSecond,
  removed,
  resetCancelled,
  resetCompleted,
  resetDisputed,
  resetExpired,
  resetRejected,
  resetRequested,
  stepUpConsumed,
  stepUpPassed,
  unlocked,
  verificationFailed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const owner = [enrolled(), linked(), registered()];
const completed = [...owner, resetRequested(), resetCompleted(), removed({ why: 'reset' })];

describe('asking for a reset', () => {
  it('records whom the check has to be about, and takes nothing away', () => {
    given(...owner)
      .when(requestReset())
      .then(resetRequested({ at: LATER }));
  });

  it('works without a passkey and while factors are locked', () => {
    given(enrolled(), linked(), locked())
      .when(requestReset())
      .then(resetRequested({ at: LATER }));
  });

  it('needs somebody linked at this provider, or one whom the provider knows by itself', () => {
    given(enrolled()).when(requestReset()).thenRefused('liveness-subject-missing');
    given(enrolled(), linked('applicant-1', 'another'))
      .when(requestReset())
      .thenRefused('liveness-subject-missing');
    given(enrolled())
      .when(requestReset({ subject: 'known' }))
      .then({ ...linked('known'), at: LATER }, resetRequested({ at: LATER, subject: 'known' }));
  });

  it('is refused by a product that has none', () => {
    const { reset: _none, ...without } = moomoo;
    given(...owner)
      .when(requestReset(), without)
      .thenRefused('reset-not-offered');
  });

  it('is refused while one is open, and expires one whose timer is late', () => {
    const told = { resetId: as<never>('reset-2'), secretHash: as<never>('secret-2') };
    given(...owner, resetRequested())
      .when(requestReset(told))
      .thenRefused(['reset-under-way', { resetId: 'reset-1', until: NOON + 30 * MINUTE }]);
    const at = NOON + 30 * MINUTE;
    given(...owner, resetRequested())
      .when(requestReset({ ...told, at }))
      .then(resetExpired({ at }), resetRequested({ ...told, at, attempt: 2 }));
  });

  it('takes the place of the one that is open where it names that, whose verdict then counts for nothing', () => {
    const told = { resetId: as<never>('reset-2'), secretHash: as<never>('secret-2') };
    const replaced = [
      resetExpired({ at: LATER, reason: 'replaced' }),
      resetRequested({ ...told, at: LATER, attempt: 2 }),
    ];
    given(...owner, resetRequested())
      .when(requestReset({ ...told, replaces: as('reset-1') }))
      .then(...replaced);
    given(...owner, resetRequested(), ...replaced)
      .when(verdict('passed'))
      .thenRefused('reset-over');
    given(...owner, resetRequested())
      .when(requestReset({ ...told, replaces: as('reset-0') }))
      .thenRefused(['reset-under-way', { resetId: 'reset-1', until: NOON + 30 * MINUTE }]);
  });

  it('is refused as the eleventh attempt of a day, whichever it replaces', () => {
    const ten = Array.from({ length: 10 }, (_, index) => [
      ...(index === 0 ? [] : [resetExpired({ resetId: as(`reset-${index}`), reason: 'replaced' })]),
      resetRequested({ resetId: as(`reset-${index + 1}`), attempt: index + 1 }),
    ]).flat();
    given(...owner, ...ten)
      .when(requestReset({ resetId: as('reset-11'), replaces: as('reset-10') }))
      .thenRefused(['reset-attempts-used-up', { until: NOON + DAY }]);
  });

  it('is refused after ten attempts in a day, tries of one check counted', () => {
    const tries = Array.from({ length: 9 }, (_, index) =>
      attemptFailed({ at: NOON + 1 + index, attempt: index + 1, evidenceId: `try-${index}` }),
    );
    const ten = [...owner, resetRequested(), ...tries, resetRejected({ attempt: 10 })];
    given(...ten)
      .when(requestReset())
      .thenRefused(['reset-attempts-used-up', { until: NOON + DAY }]);
    given(...ten)
      .when(requestReset({ at: NOON + DAY }))
      .then(resetRequested({ at: NOON + DAY, attempt: 10 }));
  });
});

describe('a verdict', () => {
  const open = [...owner, resetRequested()];

  it('that is passed removes every passkey and opens the window, in one', () => {
    given(...open, registeredSecond())
      .when(verdict('passed'))
      .then(
        resetCompleted({ at: LATER, removedPasskeyIds: [as('passkey-1'), as('passkey-2')] }),
        removed({ at: LATER, why: 'reset' }),
        removed({ at: LATER, passkeyId: as('passkey-2'), why: 'reset' }),
      );
  });

  it('that is passed ends the trust in every device, for one of them may be the lost one', () => {
    const trusted = [
      deviceTrusted(),
      deviceTrusted({
        deviceId: as('device-2'),
        tokenHash: as('device-token-2'),
        sessionId: as('session-2'),
      }),
    ];
    given(...owner, ...trusted, resetRequested())
      .when(verdict('passed'))
      .then(
        resetCompleted({ at: LATER }),
        removed({ at: LATER, why: 'reset' }),
        deviceRemoved({ at: LATER, why: 'reset' }),
        deviceRemoved({
          at: LATER,
          deviceId: as('device-2'),
          why: 'reset',
          endedSessions: [as('session-2')],
        }),
      );
  });

  it('that may be tried again is a further attempt, once for the same evidence', () => {
    given(...open)
      .when(verdict('retry'))
      .then(attemptFailed({ at: LATER }));
    given(...open, attemptFailed())
      .when(verdict('retry'))
      .then();
  });

  it('counts the tries that were over before the provider was asked', () => {
    const unseen = (n: number) => attemptFailed({ at: LATER, attempt: n, evidenceId: `action-1/1#${n}` });
    given(...open)
      .when(verdict('retry', { tries: 3 }))
      .then(unseen(1), unseen(2), attemptFailed({ at: LATER, attempt: 3 }));
    given(...open, attemptFailed({ evidenceId: 'action-1/0' }))
      .when(verdict('final', { tries: 3 }))
      .then(unseen(2), resetRejected({ at: LATER, attempt: 3 }));
    given(...open)
      .when(verdict('passed', { tries: 2 }))
      .then(unseen(1), resetCompleted({ at: LATER, attempt: 2 }), removed({ at: LATER, why: 'reset' }));
  });

  it('that comes after more tries than a day allows ends the reset, also where it is passed', () => {
    const unseen = Array.from({ length: 9 }, (_, index) =>
      attemptFailed({ at: LATER, attempt: index + 1, evidenceId: `action-1/1#${index + 1}` }),
    );
    const over = resetRejected({ at: LATER, attempt: 10, reason: 'attempts-used-up' });
    for (const said of ['passed', 'retry', 'final'] as const) {
      given(...open)
        .when(verdict(said, { tries: 1_000_000 }))
        .then(...unseen, over);
    }
    given(...open)
      .when(verdict('passed', { tries: 10 }))
      .then(...unseen, resetCompleted({ at: LATER, attempt: 10 }), removed({ at: LATER, why: 'reset' }));
  });

  it('that is final ends the reset, and the old passkey goes on to sign in', () => {
    given(...open)
      .when(verdict('final'))
      .then(resetRejected({ at: LATER }));
  });

  it.each([
    ['provider', { provider: 'another' }],
    ['subject', { subject: 'applicant-2' }],
    ['level', { level: 'another' }],
    ['sandbox', { sandbox: true }],
    ['face-match', { faceMatched: false }],
  ] as const)('about another %s completes nothing', (reason, lie) => {
    given(...open)
      .when(verdict('passed', lie))
      .thenRefused(['liveness-answer-refused', { reason }]);
  });

  it('of the sandbox counts where sandboxes do, and without a face match where policy asks for none', () => {
    given(...open)
      .when(verdict('passed', { sandbox: true, sandboxCounts: true }))
      .then(resetCompleted({ at: LATER }), removed({ at: LATER, why: 'reset' }));
    const lenient: RelyingParty = {
      ...moomoo,
      ...(moomoo.reset && { reset: { ...moomoo.reset, faceMatchRequired: false } }),
    };
    given(...open)
      .when(verdict('passed', { faceMatched: false }), lenient)
      .then(resetCompleted({ at: LATER, faceMatched: false }), removed({ at: LATER, why: 'reset' }));
  });

  it('about somebody who was linked since completes nothing', () => {
    for (const subject of ['applicant-1', 'applicant-2']) {
      given(...open, linked('applicant-2'))
        .when(verdict('passed', { subject }))
        .thenRefused(['liveness-answer-refused', { reason: 'subject' }]);
    }
  });

  it('that comes too late, twice or after the end is refused', () => {
    given(...open)
      .when(verdict('passed', { at: NOON + 30 * MINUTE }))
      .thenRefused('reset-over');
    given(...completed)
      .when(verdict('passed'))
      .thenRefused('reset-over');
    given(...open, resetCancelled())
      .when(verdict('passed'))
      .thenRefused('reset-over');
    given(...owner)
      .when(verdict('passed'))
      .thenRefused('reset-not-found');
  });
});

describe('a timer', () => {
  it('ends the reset whose time is over, and no other', () => {
    const open = [...owner, resetRequested()];
    const at = NOON + 30 * MINUTE;
    given(...open)
      .when(expireReset({ at }))
      .then(resetExpired({ at }));
    given(...open)
      .when(expireReset({ at: at - 1 }))
      .then();
    given(...completed)
      .when(expireReset({ at }))
      .then();
  });
});

describe('the new passkey', () => {
  const bound = registered({ at: LATER, grantHash: null, resetId: as('reset-1') });
  const byTheSecret = register({ proof: byReset(), ceremonyEpoch: 1 });

  it('is added with the secret, once, also while factors are locked', () => {
    const itsDevice = deviceTrusted({ at: LATER });
    given(...completed)
      .when(byTheSecret)
      .then(bound, itsDevice);
    given(...completed, locked())
      .when(byTheSecret)
      .then(bound, itsDevice);
    given(...completed, bound, removed())
      .when(byTheSecret, moomoo)
      .thenRefused('reset-secret-spent');
  });

  it('is not added with another secret, after the window, or with that of a reset before the last', () => {
    for (const proof of [byReset('reset-1', 'made up'), byReset('reset-2', 'secret-1')]) {
      given(...completed)
        .when(register({ proof, ceremonyEpoch: 1 }))
        .thenRefused('reset-secret-invalid');
    }
    given(...completed)
      .when({ ...byTheSecret, at: NOON + 30 * MINUTE })
      .thenRefused('reset-window-closed');
    given(
      ...completed,
      resetRequested({ resetId: as('reset-2'), secretHash: as('secret-2') }),
      resetCompleted({ resetId: as('reset-2'), removedPasskeyIds: [], securityEpoch: 2 }),
    )
      .when(register({ proof: byReset(), ceremonyEpoch: 2 }))
      .thenRefused('reset-secret-invalid');
  });

  it('is not added by a factor while the window is open, nor when it has lapsed', () => {
    const at = NOON + 31 * MINUTE;
    given(...completed, checkPassed())
      .when(register({ ceremonyEpoch: 1 }), mpchat)
      .thenRefused('reset-required');
    given(...completed, checkPassed({ at: at - MINUTE }))
      .when(register({ at, ceremonyEpoch: 1 }), mpchat)
      .thenRefused('reset-required');
  });
});

describe('the old passkey', () => {
  const proven = (action: string) => stepUpPassed({ action });

  it('cancels before the verdict, on a proof for that', () => {
    given(...owner, resetRequested(), proven('cancel-reset'))
      .when(cancelReset())
      .then(stepUpConsumed(LATER), resetCancelled({ at: LATER }));
    given(...owner, resetRequested(), proven('remove-passkey'))
      .when(cancelReset())
      .thenRefused('step-up-not-found');
    given(...completed, proven('cancel-reset'))
      .when(cancelReset())
      .thenRefused('reset-over');
  });

  it('disputes during the cooling-off: nobody keeps a passkey and the account is locked', () => {
    const dispute = stepUpPassed({ action: 'dispute-reset', at: NOON + 1 });
    const added = registeredSecond({ grantHash: null, resetId: as('reset-1') });
    given(...completed, added, dispute)
      .when(disputeReset())
      .then(
        stepUpConsumed(LATER),
        resetDisputed({ at: LATER, removedPasskeyIds: [as('passkey-2')] }),
        removed({ at: LATER, passkeyId: as('passkey-2'), why: 'reset' }),
      );
    given(...completed, dispute)
      .when(disputeReset({ at: NOON + 24 * HOUR }))
      .thenRefused('reset-over');
  });

  it('takes the trust from the device that made the disputed passkey, too', () => {
    const added = registeredSecond({ grantHash: null, resetId: as('reset-1') });
    given(...completed, added, deviceTrusted(), stepUpPassed({ action: 'dispute-reset', at: NOON + 1 }))
      .when(disputeReset())
      .then(
        stepUpConsumed(LATER),
        resetDisputed({ at: LATER, removedPasskeyIds: [as('passkey-2')] }),
        removed({ at: LATER, passkeyId: as('passkey-2'), why: 'reset' }),
        deviceRemoved({ at: LATER, why: 'reset' }),
      );
  });

  it('still can after the thief has reset once more, which that ends', () => {
    const second = resetRequested({ resetId: as('reset-2'), secretHash: as('secret-2'), attempt: 2 });
    given(...completed, second, stepUpPassed({ action: 'dispute-reset' }))
      .when(disputeReset())
      .then(
        stepUpConsumed(LATER),
        resetCancelled({ at: LATER, resetId: as('reset-2'), attempt: 2, reason: 'dispute' }),
        resetDisputed({ at: LATER }),
      );
  });
});

describe('a disputed account', () => {
  const disputed = [...completed, resetDisputed()];
  const refusal = ['account-locked', { reason: 'reset-disputed', resetId: 'reset-1' }] as const;

  it('accepts nothing until the relying party unlocks it, and then a reset alone adds a passkey', () => {
    for (const command of [startCheck(), requestReset(), register({ proof: byReset(), ceremonyEpoch: 2 })]) {
      given(...disputed)
        .when(command)
        .thenRefused(refusal);
    }
    given(...disputed)
      .when(unlock(LATER, 'reset-disputed'))
      .then(unlocked(LATER, 'reset-disputed'));
    given(...disputed, unlocked(NOON, 'reset-disputed'), checkPassed())
      .when(register({ ceremonyEpoch: 2 }))
      .thenRefused('reset-required');
  });

  it('is not let out of the dispute along with a lock-out, nor the other way round', () => {
    given(...disputed)
      .when(unlock())
      .thenRefused(refusal);
    given(...owner, locked())
      .when(unlock(LATER, 'reset-disputed'))
      .thenRefused(['account-locked', { until: NOON + HOUR }]);
    given(...owner)
      .when(unlock(LATER, 'reset-disputed'))
      .then();
    const both = [...completed, locked(), resetDisputed()];
    given(...both)
      .when(unlock())
      .then(unlocked(LATER, 'too-many-failures'));
    given(...both, unlocked(NOON, 'too-many-failures'))
      .when(startCheck())
      .thenRefused(refusal);
    given(...both, unlocked(NOON, 'reset-disputed'))
      .when(startCheck())
      .thenRefused(['account-locked', { until: NOON + HOUR }]);
  });

  it('says nothing of it to a sign-in', () => {
    given(...disputed)
      .when(signIn())
      .thenRefused('verification-failed', verificationFailed('credential-not-allowed', { at: LATER }));
  });
});
