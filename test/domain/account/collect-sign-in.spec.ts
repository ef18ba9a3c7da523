import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { DAY, HOUR } from '../../../src/domain/kernel/time.js';
import { collect, LATER } from '../../support/account-commands.js';
import {
  approvalRequested,
  deviceTrusted,
  enrolled,
  locked,
  NOON,
  recoveryStarted,
  registered,
  signInApproved,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const owner = [enrolled(), registered(), deviceTrusted()];
const trusted = (at: number) =>
  deviceTrusted({
    at,
    deviceId: as('device-2'),
    tokenHash: as('device-token-2'),
    why: 'approved',
    approvalId: as('approval-1'),
    sessionId: as('session-1'),
    device: null,
  });
const refusal = ['account-locked', { until: NOON + HOUR }] as const;

describe('collecting a sign-in while factors are locked', () => {
  it('waits where a factor proved it, approved or not', () => {
    const byCode = [...owner, approvalRequested({ method: 'sms', passkeyId: null }), signInApproved()];
    given(...byCode)
      .when(collect())
      .then(trusted(LATER));
    given(...byCode, locked())
      .when(collect())
      .thenRefused(refusal);
  });

  it('goes on where a passkey proved it: nobody can lock an owner out', () => {
    given(...owner, approvalRequested(), signInApproved(), locked())
      .when(collect())
      .then(trusted(LATER));
  });

  it('waits where a factor recovered it, also for a passkey', () => {
    const at = NOON + DAY;
    const until = at + HOUR;
    const recovered = [...owner, approvalRequested(), recoveryStarted()];
    given(...recovered, locked({ at, until }))
      .when(collect({ at }))
      .thenRefused(['account-locked', { until }]);
    given(...recovered, locked({ at, until }))
      .when(collect({ at: until }))
      .then(
        signInApproved({
          at: until,
          by: 'recovery',
          deviceId: null,
          stepUpId: null,
          collectBy: NOON + 2 * DAY,
        }),
        trusted(until),
      );
  });

  it('tells of one that is still open only that it is', () => {
    given(...owner, approvalRequested({ method: 'sms', passkeyId: null }), locked())
      .when(collect())
      .then();
  });
});
