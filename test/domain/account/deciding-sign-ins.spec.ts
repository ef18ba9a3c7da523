import { describe, expect, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, MINUTE } from '../../../src/domain/kernel/time.js';
import {
  approve,
  collect,
  deny,
  expireApproval,
  LATER,
  recover,
  removeDevice,
  signIn,
} from '../../support/account-commands.js';
import {
  approvalExpired,
  approvalRequested,
  change,
  checkPassed,
  deviceRemoved,
  deviceTrusted,
  enrolled,
  factorsChanged,
  NOON,
  numberMismatched,
  recoveryStarted,
  registered,
  registeredSecond,
  removed,
  signInApproved,
  signInDenied,
  stepUpConsumed,
  stepUpPassed,
  used,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { mpchat } from '../../support/shipped-policies.js';

/** A passkey, and the device that made it. */
const PAST = [enrolled(), registered(), deviceTrusted()] as const;
const onNewDevice = signIn({ deviceTokenHash: null });
const usedOnNewDevice = used({ at: LATER, purpose: 'sign-in', sessionId: null });
/** Proven on the trusted device, for the sign-in that waits. */
const proof = stepUpPassed({ action: 'approve-sign-in' });

describe('a sign-in on a new device', () => {
  it('waits for its approval, and opens no session', () => {
    given(...PAST)
      .when(onNewDevice)
      .then(usedOnNewDevice, approvalRequested({ at: LATER }));
  });

  it('waits with a made-up token as without one', () => {
    given(...PAST)
      .when(signIn({ deviceTokenHash: as('made up') }))
      .then(usedOnNewDevice, approvalRequested({ at: LATER }));
  });

  it('doesn’t wait where the policy asks for no approval', () => {
    given(...PAST)
      .when(onNewDevice, mpchat)
      .then(used({ at: LATER, purpose: 'sign-in', sessionId: as('session-1') }));
  });

  it('is refused where it could not wait', () => {
    given(...PAST)
      .when(signIn({ deviceTokenHash: null, stranger: null }))
      .thenRefused('device-not-trusted', usedOnNewDevice);
  });

  it('is refused while another waits, and its passkey’s answer is spent all the same', () => {
    given(...PAST, approvalRequested())
      .when(onNewDevice)
      .thenRefused(['approval-pending', { until: NOON + 5 * MINUTE }], usedOnNewDevice);
  });

  it('takes the place of one that waited too long', () => {
    given(...PAST, approvalRequested({ approvalId: as('approval-0'), expiresAt: LATER }))
      .when(onNewDevice)
      .then(usedOnNewDevice, approvalExpired(LATER, 'approval-0'), approvalRequested({ at: LATER }));
  });

  it('is refused in the pause after a denial, and asked for again after it', () => {
    const denied = [...PAST, approvalRequested({ approvalId: as('approval-0') })] as const;
    const deniedAt = (at: number) => signInDenied({ at, approvalId: as('approval-0') });
    given(...denied, deniedAt(LATER - 15 * MINUTE + 1))
      .when(onNewDevice)
      .thenRefused(['approval-paused', { until: LATER + 1 }], usedOnNewDevice);
    given(...denied, deniedAt(LATER - 15 * MINUTE))
      .when(onNewDevice)
      .then(usedOnNewDevice, approvalRequested({ at: LATER }));
  });

  it('is refused in the pause after the later of two denials, in whatever order they were recorded', () => {
    const two = [
      approvalRequested({ approvalId: as('approval-0') }),
      signInApproved({ approvalId: as('approval-0') }),
    ];
    given(
      ...PAST,
      ...two,
      signInDenied({ at: NOON + 2, approvalId: as('approval-0') }),
      signInDenied({ at: NOON, approvalId: as('approval-0') }),
    )
      .when(onNewDevice)
      .thenRefused(['approval-paused', { until: NOON + 2 + 15 * MINUTE }], usedOnNewDevice);
  });

  it('makes the device the trusted one where there is none and the passkey is at full power', () => {
    given(enrolled(), registered())
      .when(onNewDevice)
      .then(
        used({ at: LATER, purpose: 'sign-in', sessionId: as('session-1') }),
        deviceTrusted({
          at: LATER,
          device: null,
          deviceId: as('device-2'),
          tokenHash: as('device-token-2'),
          why: 'only-device',
          sessionId: as('session-1'),
        }),
      );
  });

  it('trusts nothing for a passkey that nobody vouched for', () => {
    given(enrolled(), registered({ sensitiveActionsFrom: LATER + 1 }))
      .when(onNewDevice)
      .then(used({ at: LATER, purpose: 'sign-in', sessionId: as('session-1') }));
  });
});

describe('a sign-in that waits', () => {
  const waiting = [...PAST, approvalRequested()] as const;

  it('is approved on a trusted device by a proof for it, with the number that it shows', () => {
    given(...waiting, proof)
      .when(approve())
      .then(stepUpConsumed(LATER), signInApproved({ at: LATER }));
  });

  it('is approved on the device that asked for the proof, where it shows no token', () => {
    given(...waiting, stepUpPassed({ action: 'approve-sign-in', deviceId: as('device-1') }))
      .when(approve({ deviceTokenHash: null }))
      .then(stepUpConsumed(LATER), signInApproved({ at: LATER }));
  });

  it('is approved by nothing less', () => {
    given(...waiting)
      .when(approve({ stepUpId: null }))
      .thenRefused([
        'step-up-required',
        { action: 'approve-sign-in', parameters: { approvalId: 'approval-1' } },
      ]);
    given(...waiting)
      .when(approve())
      .thenRefused('step-up-not-found');
    given(...waiting, stepUpPassed({ action: 'remove-device' }))
      .when(approve())
      .thenRefused('step-up-not-found');
    given(...waiting, proof, stepUpConsumed(NOON))
      .when(approve())
      .thenRefused('step-up-already-used');
    given(...waiting, proof)
      .when(approve({ deviceTokenHash: as('device-token-2') }))
      .thenRefused('device-not-trusted');
    given(...waiting, proof, deviceRemoved())
      .when(approve())
      .thenRefused('device-not-trusted');
  });

  it('counts wrong numbers, keeps the proof for the next try, and is denied by the third', () => {
    given(...waiting, proof)
      .when(approve({ numberMatches: false }))
      .thenRefused(['wrong-number', { triesLeft: 2 }], numberMismatched(1, LATER));
    given(...waiting, proof, numberMismatched(1))
      .when(approve())
      .then(stepUpConsumed(LATER), signInApproved({ at: LATER }));
    given(...waiting, proof, numberMismatched(1), numberMismatched(2))
      .when(approve({ numberMatches: false }))
      .thenRefused(
        ['wrong-number', { triesLeft: 0 }],
        numberMismatched(3, LATER),
        signInDenied({ at: LATER, why: 'wrong-numbers' }),
      );
  });

  it('is denied without a proof, also once it was approved and while nobody has collected it', () => {
    given(...waiting)
      .when(deny())
      .then(signInDenied({ at: LATER }));
    given(...waiting, signInApproved())
      .when(deny())
      .then(signInDenied({ at: LATER }));
  });

  it('is decided once', () => {
    given(...waiting, signInDenied(), proof)
      .when(approve())
      .thenRefused('approval-decided');
    given(...waiting, signInApproved(), proof)
      .when(approve())
      .thenRefused('approval-decided');
    given(...waiting, signInDenied())
      .when(deny())
      .thenRefused('approval-decided');
    const collected = deviceTrusted({
      why: 'approved',
      approvalId: as('approval-1'),
      deviceId: as('device-2'),
    });
    given(...waiting, signInApproved(), collected)
      .when(deny())
      .thenRefused('approval-decided');
    given(...PAST)
      .when(deny())
      .thenRefused('approval-not-found');
  });

  it('is worth nothing from its end on, and in no other epoch', () => {
    given(...PAST, approvalRequested({ expiresAt: LATER }), proof)
      .when(approve())
      .thenRefused('approval-expired');
    given(...PAST, approvalRequested({ expiresAt: LATER }))
      .when(deny())
      .thenRefused('approval-expired');
    const emailRemoved = factorsChanged({
      changes: [change('email', 'removed')],
      factors: ['sms'],
      securityEpoch: 1,
    });
    given(...waiting, proof, emailRemoved)
      .when(approve())
      .thenRefused('approval-expired');
    given(...waiting, signInApproved(), emailRemoved)
      .when(collect())
      .then();
  });

  it('goes with the passkey that it was proven by', () => {
    given(
      enrolled(),
      registered(),
      registeredSecond(),
      deviceTrusted(),
      approvalRequested(),
      removed(),
      proof,
    )
      .when(approve())
      .thenRefused('approval-expired');
  });

  it('is recorded as expired where it went with its passkey', () => {
    const gone = [enrolled(), registered(), registeredSecond(), approvalRequested(), removed()] as const;
    given(...gone)
      .when(expireApproval(NOON + 5 * MINUTE))
      .then(approvalExpired(NOON + 5 * MINUTE));
    given(...gone, approvalExpired(LATER))
      .when(expireApproval(NOON + 5 * MINUTE))
      .then();
  });

  it('is recorded as expired once its time is over, and once', () => {
    given(...waiting)
      .when(expireApproval(LATER))
      .then();
    given(...waiting)
      .when(expireApproval(NOON + 5 * MINUTE))
      .then(approvalExpired(NOON + 5 * MINUTE));
    given(...waiting, approvalExpired(NOON + 5 * MINUTE))
      .when(expireApproval(NOON + 5 * MINUTE))
      .then();
    given(...waiting, signInDenied())
      .when(expireApproval(NOON + 5 * MINUTE))
      .then();
    given(...PAST)
      .when(expireApproval(LATER))
      .then();
  });

  it('is recorded as expired however late its timer comes, and whatever was recorded before', () => {
    const muchLater = NOON + DAY;
    const meanwhile = used({ at: NOON + DAY - MINUTE });
    for (const [decided, approval] of [
      [[], 'open'],
      [[signInApproved()], 'approved'],
    ] as const) {
      const story = given(...waiting, ...decided, meanwhile);
      expect([approval, story.state]).toMatchObject([approval, { approvals: [{ status: approval }] }]);
      story.when(expireApproval(muchLater)).then(approvalExpired(muchLater));
      given(...waiting, ...decided, meanwhile, approvalExpired(muchLater))
        .when(expireApproval(muchLater))
        .then();
    }
    // What was decided is forgotten in its time.
    for (const decided of [signInDenied(), approvalExpired(NOON + 5 * MINUTE)]) {
      expect(given(...waiting, decided, meanwhile).state).toMatchObject({ approvals: [] });
    }
  });

  it('is recorded as expired by the next request where no timer came before it', () => {
    given(...waiting, signInApproved(), used({ at: NOON + DAY - MINUTE, ceremonyId: as('ceremony-8') }))
      .when(signIn({ at: NOON + DAY, deviceTokenHash: null }))
      .then(
        used({ at: NOON + DAY, purpose: 'sign-in', sessionId: null }),
        approvalExpired(NOON + DAY),
        approvalRequested({ at: NOON + DAY, expiresAt: NOON + DAY + 5 * MINUTE }),
      );
  });
});

describe('the new device', () => {
  const approved = [...PAST, approvalRequested(), signInApproved()] as const;
  const collected = deviceTrusted({
    at: LATER,
    device: null,
    deviceId: as('device-2'),
    tokenHash: as('device-token-2'),
    why: 'approved',
    approvalId: as('approval-1'),
    sessionId: as('session-1'),
  });

  it('is trusted when it collects what was approved, with its secret', () => {
    given(...approved)
      .when(collect())
      .then(collected);
    given(...approved)
      .when(collect({ secretHash: as('made up') }))
      .thenRefused('approval-not-found');
  });

  it('gets nothing while it waits, after a denial, too late, or a second time', () => {
    given(...PAST, approvalRequested())
      .when(collect())
      .then();
    given(...approved, signInDenied())
      .when(collect())
      .then();
    given(...PAST, approvalRequested(), signInApproved({ collectBy: LATER }))
      .when(collect())
      .then();
    given(...approved, collected)
      .when(collect({ tokenHash: as('another') }))
      .then();
  });

  it('signs in at once from then on', () => {
    given(...approved, collected)
      .when(signIn({ deviceTokenHash: as('device-token-2'), sessionId: as('session-2') }))
      .then(used({ at: LATER, purpose: 'sign-in', sessionId: as('session-2'), deviceId: as('device-2') }));
  });
});

describe('a second factor in place of a trusted device', () => {
  const waiting = [...PAST, approvalRequested()] as const;
  const bySms = checkPassed({ purpose: 'sign-in' });
  const begun = [...waiting, bySms, recoveryStarted()] as const;

  it('counts after the policy’s wait, in which it is told', () => {
    given(...waiting, bySms)
      .when(recover())
      .then(recoveryStarted({ at: LATER }));
  });

  it('has to be another than carried the sign-in, and unspent, for signing in, with the request’s secret', () => {
    given(...PAST, approvalRequested({ method: 'sms', passkeyId: null }), bySms)
      .when(recover())
      .thenRefused('factor-in-use');
    given(...waiting)
      .when(recover())
      .thenRefused('grant-not-found');
    given(...waiting, checkPassed({ purpose: 'bind-passkey' }))
      .when(recover())
      .thenRefused('grant-not-found');
    given(...waiting, bySms)
      .when(recover({ secretHash: as('made up') }))
      .thenRefused('approval-not-found');
    given(...waiting, bySms, signInDenied())
      .when(recover())
      .thenRefused('approval-decided');
    given(...begun, checkPassed({ purpose: 'sign-in', checkId: as('check-2'), grantHash: as('grant-2') }))
      .when(recover({ grantHash: as('grant-2') }))
      .thenRefused('approval-decided');
    given(...begun, approvalRequested({ approvalId: as('approval-2') }))
      .when(recover({ approvalId: as('approval-2') }))
      .thenRefused(['approval-pending', { until: NOON + 2 * DAY }]);
  });

  it('gives nothing before its wait is over, and the device’s trust when it is', () => {
    given(...begun)
      .when(collect({ at: NOON + DAY - 1 }))
      .then();
    given(...begun)
      .when(collect({ at: NOON + DAY }))
      .then(
        signInApproved({
          at: NOON + DAY,
          by: 'recovery',
          deviceId: null,
          stepUpId: null,
          collectBy: NOON + 2 * DAY,
        }),
        deviceTrusted({
          at: NOON + DAY,
          device: null,
          deviceId: as('device-2'),
          tokenHash: as('device-token-2'),
          why: 'approved',
          approvalId: as('approval-1'),
          sessionId: as('session-1'),
        }),
      );
    given(...begun)
      .when(collect({ at: NOON + 2 * DAY }))
      .then();
  });

  it('is denied, or approved with the number, by any trusted device meanwhile', () => {
    given(...begun)
      .when(deny())
      .then(signInDenied({ at: LATER }));
    given(...begun, proof)
      .when(approve())
      .then(stepUpConsumed(LATER), signInApproved({ at: LATER }));
  });
});

describe('a trusted device', () => {
  it('is removed by a proof for it, and ends the sessions that were opened on it', () => {
    const signedIn = used({ purpose: 'sign-in', sessionId: as('session-1'), deviceId: as('device-1') });
    given(...PAST, signedIn, stepUpPassed({ action: 'remove-device' }))
      .when(removeDevice())
      .then(stepUpConsumed(LATER), deviceRemoved({ at: LATER, endedSessions: [as('session-1')] }));
  });

  it('is removed by nothing less', () => {
    given(...PAST)
      .when(removeDevice({ proof: { kind: 'none' } }))
      .thenRefused(['step-up-required', { action: 'remove-device', parameters: { deviceId: 'device-1' } }]);
    given(...PAST, stepUpPassed({ action: 'approve-sign-in' }))
      .when(removeDevice())
      .thenRefused('step-up-not-found');
    given(...PAST)
      .when(removeDevice({ deviceId: as('device-9') }))
      .thenRefused('device-not-found');
  });
});
