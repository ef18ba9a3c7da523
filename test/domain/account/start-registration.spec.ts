import { describe, it } from '@jest/globals';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { startRegistration } from '../../support/account-commands.js';
import {
  change,
  checkPassed,
  CONTACTS,
  enrolled,
  factorsChanged,
  IPHONE,
  NOON,
  registered,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

describe('starting a registration', () => {
  it('records nothing and leaves the grant unspent', () => {
    given(enrolled(), checkPassed()).when(startRegistration()).then();
  });

  it.each(['sign-in', 'step-up', 'change-factors'] as const)('takes no grant for %s', (purpose) => {
    given(enrolled(), checkPassed({ purpose })).when(startRegistration()).thenRefused('grant-not-found');
  });

  it('takes no grant that nobody was given, that is spent, has expired, or is of before a change', () => {
    given(enrolled()).when(startRegistration()).thenRefused('grant-not-found');
    given(enrolled(), checkPassed(), registered()).when(startRegistration()).thenRefused('grant-spent');
    given(enrolled(), checkPassed())
      .when(startRegistration({ at: NOON + 10 * MINUTE }))
      .thenRefused('grant-expired');
    given(
      enrolled(CONTACTS),
      checkPassed(),
      factorsChanged({ changes: [change('totp', 'removed')], securityEpoch: 1 }),
    )
      .when(startRegistration())
      .thenRefused('security-epoch-passed');
  });

  it('is refused on a device below the floor, with what stands in the way', () => {
    given(enrolled(), checkPassed())
      .when(startRegistration({ device: { ...IPHONE, osVersion: '15.8.3' } }), mpchat)
      .thenRefused([
        'device-not-eligible',
        {
          problems: [
            {
              code: 'os-too-old',
              message: 'Your current device system is too old. Please use iOS 16 or Android 14 or later.',
              blocking: true,
              remedy: { label: 'Update your system and try again' },
            },
          ],
        },
      ]);
  });

  it('is not stopped by mere advice', () => {
    const { screenLock: _screenLock, ...unknownLock } = IPHONE;
    given(enrolled(), checkPassed())
      .when(startRegistration({ device: unknownLock }), moomoo)
      .then();
  });

  it('is refused where the account has its passkeys already', () => {
    given(enrolled(), registered(), checkPassed())
      .when(startRegistration(), mpchat)
      .thenRefused(['passkey-limit-reached', { maximum: 1 }]);
  });
});
