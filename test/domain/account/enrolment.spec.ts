import { describe, it } from '@jest/globals';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { as } from '../../../src/domain/kernel/ids.js';
import {
  confirm,
  LATER,
  passStepUp,
  prove,
  putAccount,
  redeem,
  register,
  remove,
  rename,
  signIn,
  startCheck,
  startRegistration,
  startStepUp,
  unlock,
} from '../../support/account-commands.js';
import {
  change,
  EMAIL,
  enrolled,
  factorsChanged,
  PHONE,
  registered,
  SECRET,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

describe('enrolling an account', () => {
  it('takes phone, email and a TOTP secret that the relying party brings on its word', () => {
    given()
      .when(
        putAccount({
          displayName: 'Ada',
          phone: PHONE,
          email: EMAIL,
          totp: { secret: SECRET, vouched: true },
          identifiers: ['ada-1815'],
          liveness: { provider: 'sumsub', subject: 'applicant-1' },
        }),
      )
      .then(
        {
          type: 'AccountEnrolled',
          at: LATER,
          data: { userHandle: as('user-handle'), factors: ['sms', 'email', 'totp'] },
          personal: {
            accountId: as('ada'),
            displayName: 'Ada',
            contacts: { phone: PHONE, email: EMAIL, totpSecret: SECRET },
            identifiers: ['ada-1815'],
          },
        },
        {
          type: 'LivenessSubjectLinked',
          at: LATER,
          data: { provider: 'sumsub', proof: { kind: 'relying-party' }, securityEpoch: null },
          personal: { subject: 'applicant-1' },
        },
      );
  });

  it('lets a TOTP secret of ours wait for its first code', () => {
    given()
      .when(putAccount({ email: EMAIL, totp: { secret: SECRET, vouched: false } }))
      .then(
        enrolled({ email: EMAIL }, LATER),
        factorsChanged({
          at: LATER,
          changes: [change('totp', 'proposed')],
          factors: ['email'],
          contacts: { totpSecret: SECRET },
        }),
      );
  });

  it('takes an account without any factor, and members that are null as absent', () => {
    given().when(putAccount({})).then(enrolled({}, LATER));
    given()
      .when(putAccount({ displayName: null, phone: null, email: null, totp: null }))
      .then(enrolled({}, LATER));
  });

  it('starts no cooling-off: the first phone is no change of phones', () => {
    given(enrolled(), registered()).when(startStepUp('withdraw-funds')).then();
  });
});

describe('an account that was never enrolled', () => {
  it.each<AccountCommand>([
    confirm(),
    startCheck(),
    prove(),
    unlock(),
    startRegistration(),
    register(),
    rename('Phone'),
    signIn(),
    startStepUp('withdraw-funds'),
    passStepUp('withdraw-funds'),
    redeem('withdraw-funds'),
    remove(),
  ])('refuses $type and records nothing', (command) => {
    given().when(command).thenRefused('account-not-found');
  });
});
