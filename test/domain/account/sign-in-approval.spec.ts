import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import {
  codeProof,
  collect,
  LATER,
  removeDevice,
  signIn,
  signInByFallback,
  STRANGER,
} from '../../support/account-commands.js';
import {
  approvalExpired,
  approvalRequested,
  checkPassed,
  deviceRemoved,
  deviceTrusted,
  enrolled,
  NOON,
  registered,
  signInApproved,
  signInDenied,
  stepUpConsumed,
  stepUpPassed,
  used,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const owner = [enrolled(), registered({ grantHash: as('grant-0') }), deviceTrusted()];
const byThief = approvalRequested({ method: 'sms', passkeyId: null, grantHash: as('grant-8') });
const byOwner = approvalRequested();
const second = { ...STRANGER, approvalId: as<never>('approval-2') };
/** On a device that nobody trusts. */
const onNewDevice = { deviceTokenHash: null, stranger: second };
const asked = (told: object) => approvalRequested({ at: LATER, approvalId: as('approval-2'), ...told });
const answered = used({ at: LATER, purpose: 'sign-in' });
const codePassed = checkPassed({ at: LATER, purpose: 'sign-in', checkExpiresAt: NOON + 10 * MINUTE });
const denied = signInDenied();

describe('a request to sign in on a new device', () => {
  it('by a passkey takes the place of one that a factor proved', () => {
    given(...owner, byThief)
      .when(signIn(onNewDevice))
      .then(answered, approvalExpired(LATER), asked({}));
    given(...owner, byThief, approvalExpired(LATER))
      .when(collect())
      .then();
  });

  it('by a factor waits for one that is open, and so does one by a passkey for another by a passkey', () => {
    for (const open of [byThief, byOwner]) {
      given(...owner, open)
        .when(signInByFallback({ proof: codeProof(), ...onNewDevice }))
        .thenRefused(['approval-pending', { until: NOON + 5 * MINUTE }], codePassed);
    }
    given(...owner, byOwner)
      .when(signIn(onNewDevice))
      .thenRefused(['approval-pending', { until: NOON + 5 * MINUTE }], answered);
  });

  it('is not held up by a denial of the other kind of proof, but by one of its own', () => {
    const until = NOON + 15 * MINUTE;
    given(...owner, byThief, denied)
      .when(signIn(onNewDevice))
      .then(answered, asked({}));
    given(...owner, byThief, denied)
      .when(signInByFallback({ proof: codeProof(), ...onNewDevice }))
      .thenRefused(['approval-paused', { until }], codePassed);
    given(...owner, byOwner, denied)
      .when(signIn(onNewDevice))
      .thenRefused(['approval-paused', { until }], answered);
    given(...owner, byOwner, denied)
      .when(signInByFallback({ proof: codeProof(), ...onNewDevice }))
      .then(codePassed, asked({ method: 'sms', passkeyId: null, grantHash: as('grant-1') }));
  });
});

describe('an approval that nobody has collected', () => {
  const approved = [...owner, byOwner, signInApproved()];
  const proof = stepUpPassed({ action: 'remove-device' });

  it('goes with the device that gave it', () => {
    given(...approved, proof)
      .when(removeDevice())
      .then(stepUpConsumed(LATER), approvalExpired(LATER), deviceRemoved({ at: LATER }));
    // However the device came to be removed.
    given(...approved, deviceRemoved({ why: 'replaced' }))
      .when(collect())
      .then();
  });

  it('stays where another device goes', () => {
    const other = deviceTrusted({ deviceId: as('device-3'), tokenHash: as('device-token-3') });
    given(...approved, other, proof)
      .when(removeDevice({ deviceId: as('device-3') }))
      .then(stepUpConsumed(LATER), deviceRemoved({ at: LATER, deviceId: as('device-3') }));
  });
});
