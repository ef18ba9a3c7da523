import { describe, it } from '@jest/globals';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { as } from '../../../src/domain/kernel/ids.js';
import type { Instant } from '../../../src/domain/kernel/time.js';
import { DAY } from '../../../src/domain/kernel/time.js';
import type { OwnAction } from '../../../src/domain/policy/own-actions.js';
import {
  approve,
  LATER,
  putAccount,
  registerSecond,
  remove,
  removeDevice,
  stepUpProof,
} from '../../support/account-commands.js';
import {
  approvalRequested,
  change,
  checkPassed,
  deviceTrusted,
  enrolled,
  factorsChanged,
  NEW_EMAIL,
  NEW_PHONE,
  NOON,
  registered,
  registeredSecond,
  stepUpDenied,
  stepUpPassed,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo } from '../../support/shipped-policies.js';

const phoneProposed = factorsChanged({
  changes: [change('sms', 'proposed')],
  contacts: { phone: NEW_PHONE },
  phoneCoolingOffUntil: NOON + DAY,
});

describe('a step-up that was passed before something began to stop its action', () => {
  it.each<[OwnAction, AccountCommand & { readonly at: Instant }]>([
    ['remove-passkey', remove()],
    ['remove-device', removeDevice()],
    ['approve-sign-in', approve()],
    ['change-factors', putAccount({ email: NEW_EMAIL, proof: stepUpProof() })],
    ['add-passkey', registerSecond({ at: LATER, vouchedBy: as('step-up-1'), passkeyId: as('passkey-3') })],
  ])('proves %s no more where the policy stops that', (own, command) => {
    const actions = moomoo.actions.map((action) =>
      action.name === own ? { ...action, stoppedBy: ['phone-change' as const] } : action,
    );
    given(
      enrolled(),
      registered(),
      ...(own === 'add-passkey' ? [checkPassed({ grantHash: as('grant-2') })] : [registeredSecond()]),
      deviceTrusted(),
      approvalRequested(),
      stepUpPassed({ action: own }),
      phoneProposed,
    )
      .when(command, { ...moomoo, actions })
      .thenRefused(
        ['step-up-denied', { reason: 'cooling-off', until: NOON + DAY }],
        stepUpDenied({ at: command.at, action: own, until: NOON + DAY }),
      );
  });
});
