import { describe, it } from '@jest/globals';
import type { SignInByFallback } from '../../../src/domain/account/commands.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE } from '../../../src/domain/kernel/time.js';
import { codeProof, LATER, signInByFallback, WRONG } from '../../support/account-commands.js';
import {
  checkPassed,
  deviceTrusted,
  enrolled,
  locked,
  NOON,
  registered,
  removed,
  resetCompleted,
  resetDisputed,
  resetRequested,
  signedInByFallback,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const grantProof = (grant: string): SignInByFallback['proof'] => ({
  kind: 'grant',
  factor: 'password',
  grantHash: as(grant),
});
const byPassword = checkPassed({ purpose: 'sign-in', factor: 'password', on: 'relying-party-word' });
const owner = [enrolled(), registered({ grantHash: as('grant-0') }), deviceTrusted()];
const disputed = [
  ...owner,
  byPassword,
  resetRequested(),
  resetCompleted(),
  removed({ why: 'reset' }),
  resetDisputed(),
];
const disputeRefusal = ['account-locked', { reason: 'reset-disputed', resetId: 'reset-1' }] as const;

describe('a sign-in by a grant', () => {
  it('spends it', () => {
    given(...owner, byPassword)
      .when(signInByFallback({ proof: grantProof('grant-1') }))
      .then(signedInByFallback({ at: LATER, factor: 'password' }));
  });

  it('tells a lock to the holder of a grant alone', () => {
    given(...owner, byPassword, locked())
      .when(signInByFallback({ proof: grantProof('grant-1') }))
      .thenRefused(['account-locked', { until: NOON + 60 * MINUTE }]);
    given(...owner, byPassword, locked())
      .when(signInByFallback({ proof: grantProof('made up') }))
      .thenRefused('grant-not-found');
  });

  it('tells a dispute to the holder of a grant alone', () => {
    given(...disputed)
      .when(signInByFallback({ proof: grantProof('grant-1') }))
      .thenRefused(disputeRefusal);
    given(...disputed)
      .when(signInByFallback({ proof: grantProof('made up') }))
      .thenRefused('grant-not-found');
  });

  it('is not one by a grant for something else, locked or not', () => {
    for (const past of [[], [locked()]]) {
      given(...owner, checkPassed({ purpose: 'change-factors', factor: 'password' }), ...past)
        .when(signInByFallback({ proof: grantProof('grant-1') }))
        .thenRefused('grant-not-found');
    }
  });
});

describe('a sign-in by a code while a reset is disputed', () => {
  it('is refused, right or wrong, and records nothing', () => {
    for (const proof of [codeProof({ securityEpoch: 2 }), codeProof({ securityEpoch: 2 }, WRONG)]) {
      given(...disputed)
        .when(signInByFallback({ proof }))
        .thenRefused(disputeRefusal);
    }
  });
});
