import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evolve } from '../../../src/domain/account/evolve.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { HOUR } from '../../../src/domain/kernel/time.js';
import { erase, LATER, putAccount, unlock } from '../../support/account-commands.js';
import {
  change,
  CONTACTS,
  enrolled,
  erased,
  factorsChanged,
  linked,
  locked,
  NOON,
  registered,
  registeredSecond,
  removed,
  resetCancelled,
  resetCompleted,
  resetDisputed,
  resetRequested,
  unlocked,
} from '../../support/account-events.js';
import { eventsOf, moves, play, POLICIES } from '../../support/account-histories.js';
import { commandOf } from '../../support/account-moves.js';
import { given } from '../../support/account-story.js';

const owner = [enrolled(CONTACTS), linked(), registered()];
const passed = [...owner, resetRequested(), resetCompleted(), removed({ why: 'reset' })];

describe('B4 erasing an account', () => {
  it('takes every passkey from it and is the last that happens to it', () => {
    given(...owner, registeredSecond())
      .when(erase())
      .then(
        removed({ at: LATER, why: 'account-erased' }),
        removed({ at: LATER, passkeyId: as('passkey-2'), why: 'account-erased' }),
        erased(LATER),
      );
  });

  it('raises the security epoch', () => {
    const confirmed = factorsChanged({ changes: [change('sms', 'confirmed')], securityEpoch: 4 });
    given(enrolled(), confirmed).when(erase()).then(erased(LATER, 5));
  });

  it('needs no factor and no passkey, and is not kept off by a lock', () => {
    given(enrolled(), locked()).when(erase()).then(erased(LATER));
  });

  it('is refused where there is no account', () => {
    given().when(erase()).thenRefused('account-not-found');
  });

  it('is nothing new where it has happened', () => {
    given(...owner, erased())
      .when(erase())
      .then();
  });

  it('is refused while a reset waits for its verdict', () => {
    const reset = resetRequested();
    const { expiresAt, resetId } = reset.data;
    given(...owner, reset)
      .when(erase())
      .thenRefused(['reset-under-way', { resetId, until: expiresAt }]);
    given(...owner, reset)
      .when(erase(expiresAt))
      .then(removed({ at: expiresAt, why: 'account-erased' }), erased(expiresAt));
    given(...owner, reset, resetCancelled())
      .when(erase())
      .then(removed({ at: LATER, why: 'account-erased' }), erased(LATER));
  });

  it('is refused while a passed reset waits for its passkey', () => {
    const { resetId, windowUntil } = resetCompleted().data;
    given(...passed)
      .when(erase())
      .thenRefused(['reset-under-way', { resetId, until: windowUntil }]);
    given(...passed)
      .when(erase(windowUntil))
      .then(erased(windowUntil, 2));
    given(...passed, registered({ resetId, grantHash: null, at: LATER }))
      .when(erase(LATER))
      .then(removed({ at: LATER, why: 'account-erased' }), erased(LATER, 2));
  });

  it('is refused while a dispute has the account locked, until the product unlocks it', () => {
    const disputed = [...passed, resetDisputed()];
    const { resetId } = resetDisputed().data;
    given(...disputed)
      .when(erase())
      .thenRefused(['account-locked', { reason: 'reset-disputed', resetId }]);
    given(...disputed, unlocked(LATER))
      .when(erase())
      .then(erased(LATER, 3));
  });
});

describe('B4 an erased account', () => {
  it('holds nothing but where its receipt is', () => {
    expect(given(...owner, erased()).state).toStrictEqual({ status: 'erased', receiptId: 'receipt-1' });
  });

  it('is not made again', () => {
    given(...owner, erased())
      .when(putAccount({ at: NOON + 1_000 * HOUR }))
      .thenRefused('account-erased');
  });

  it('accepts nothing, whatever its history was and whatever is asked', () => {
    fc.assert(
      fc.property(fc.constantFrom('moomoo', 'mpchat'), moves, moves, (slug, past, future) => {
        const policy = POLICIES[slug];
        const history = [...eventsOf(play(policy, past)), erased(NOON + 1_000 * HOUR)];
        const before = given(...history);
        future.forEach((move, index) => {
          const command = commandOf(move, before.state, policy, NOON + 2_000 * HOUR, index);
          before.when(command, policy).thenRefused('account-erased');
        });
        const { state } = before;
        expect(eventsOf(play(policy, future)).reduce(evolve, state)).toStrictEqual(state);
      }),
    );
    given(...owner, erased())
      .when(unlock())
      .thenRefused('account-erased');
  });
});
