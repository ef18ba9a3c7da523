import { describe, it } from '@jest/globals';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import type { SignInByFallback } from '../../../src/domain/account/commands.js';
import { codeProof, LATER, signInByFallback, WRONG } from '../../support/account-commands.js';
import {
  approvalRequested,
  checkFailed,
  checkPassed,
  deviceTrusted,
  enrolled,
  locked,
  NEW_PHONE,
  NOON,
  registered,
  signedInByFallback,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';
import { moomoo, mpchat } from '../../support/shipped-policies.js';

const TRUSTED = [enrolled(), deviceTrusted()] as const;
const passed = checkPassed({ at: LATER, purpose: 'sign-in', checkExpiresAt: NOON + 10 * MINUTE });
const signedIn = signedInByFallback({ at: LATER });

describe('signing in by a code', () => {
  it('passes the check and spends its grant in one append', () => {
    given(...TRUSTED)
      .when(signInByFallback())
      .then(passed, signedIn);
  });

  it('counts a wrong code, and signs nobody in', () => {
    given(...TRUSTED)
      .when(signInByFallback({ proof: codeProof({}, WRONG) }))
      .thenRefused(
        ['wrong-code', { guessesLeft: 4 }],
        checkFailed({ at: LATER, purpose: 'sign-in', wrongGuesses: 1, failuresInWindow: 1 }),
      );
  });

  it('takes each code once', () => {
    given(...TRUSTED, passed, signedIn)
      .when(signInByFallback({ sessionId: as('session-2') }))
      .thenRefused('check-used-up');
  });

  it('is refused while factors are locked', () => {
    given(...TRUSTED, locked())
      .when(signInByFallback())
      .thenRefused(['account-locked', { until: NOON + 60 * MINUTE }]);
  });

  it('is refused for a code that went elsewhere, is of another epoch, or for a factor that the product doesn’t take', () => {
    given(...TRUSTED)
      .when(signInByFallback({ proof: codeProof({ value: NEW_PHONE }) }))
      .thenRefused('factor-not-available');
    given(...TRUSTED)
      .when(signInByFallback({ proof: codeProof({ securityEpoch: 1 }) }))
      .thenRefused('security-epoch-passed');
    given(...TRUSTED)
      .when(signInByFallback({ proof: codeProof({ factor: 'email' }) }), moomoo)
      .thenRefused('factor-not-available');
  });

  it('waits for an approval on a device that isn’t trusted, and its code is spent', () => {
    given(...TRUSTED)
      .when(signInByFallback({ deviceTokenHash: null }))
      .then(
        passed,
        approvalRequested({ at: LATER, method: 'sms', passkeyId: null, grantHash: as('grant-1') }),
      );
  });

  it('is let in without a trusted device only where there is no passkey either', () => {
    given(enrolled())
      .when(signInByFallback({ deviceTokenHash: null }))
      .then(passed, signedInByFallback({ at: LATER, deviceId: null }));
    given(enrolled(), registered())
      .when(signInByFallback({ deviceTokenHash: null }))
      .then(
        passed,
        approvalRequested({ at: LATER, method: 'sms', passkeyId: null, grantHash: as('grant-1') }),
      );
  });

  it('is let in at once where the policy asks for no approval', () => {
    given(enrolled(), registered())
      .when(signInByFallback({ deviceTokenHash: null }), mpchat)
      .then(passed, signedInByFallback({ at: LATER, deviceId: null }));
  });

  it('is refused, its code spent, while another sign-in waits', () => {
    given(...TRUSTED, approvalRequested())
      .when(signInByFallback({ deviceTokenHash: null }))
      .thenRefused(['approval-pending', { until: NOON + 5 * MINUTE }], passed);
  });
});

describe('signing in by the relying party’s word', () => {
  const byWord = checkPassed({ factor: 'password', purpose: 'sign-in', on: 'relying-party-word' });
  const shown = (factor: 'password' | 'sms'): SignInByFallback['proof'] => ({
    kind: 'grant',
    factor,
    grantHash: as('grant-1'),
  });

  it('spends the grant of the password that it checked', () => {
    given(...TRUSTED, byWord)
      .when(signInByFallback({ proof: shown('password') }))
      .then(signedInByFallback({ at: LATER, factor: 'password' }));
  });

  it('takes each grant once, for signing in, and as what it is', () => {
    given(...TRUSTED, byWord, signedInByFallback({ factor: 'password' }))
      .when(signInByFallback({ proof: shown('password') }))
      .thenRefused('grant-spent');
    given(...TRUSTED, checkPassed())
      .when(signInByFallback({ proof: shown('sms') }))
      .thenRefused('grant-not-found');
    given(...TRUSTED, byWord)
      .when(signInByFallback({ proof: shown('sms') }))
      .thenRefused('grant-not-found');
  });

  it('is refused for a factor that the product doesn’t sign in by', () => {
    given(...TRUSTED, byWord)
      .when(signInByFallback({ proof: shown('password') }), {
        ...moomoo,
        signIn: { fallbacks: ['sms'] },
      })
      .thenRefused('grant-not-found');
  });
});
