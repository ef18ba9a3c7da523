import { describe, expect, it } from '@jest/globals';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { CeremonyId } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import { MINUTE, SECOND } from '../../../src/domain/kernel/time.js';
import { asserted, LATER, passStepUp, signIn } from '../../support/account-commands.js';
import {
  enrolled,
  NOON,
  registered,
  registeredSecond,
  stepUpPassed,
  used,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const EXPIRY = NOON + 5 * MINUTE;

/** Uses that began a second apart and expire a second apart, after that of `ceremony-9`. */
const later = (count: number): readonly AccountEvent[] =>
  Array.from({ length: count }, (_, index) =>
    used({ ceremonyId: as(`later-${index}`), ceremonyExpiresAt: EXPIRY + (index + 1) * SECOND }),
  );

describe('a ceremony that was answered', () => {
  it('is answered no second time, though others were answered since', () => {
    for (const count of [0, 1, 15]) {
      given(enrolled(), registered(), used(), ...later(count))
        .when(signIn())
        .thenRefused('ceremony-already-used');
    }
  });

  it('is answered no second time when so many others were that it is forgotten', () => {
    for (const count of [16, 17, 40]) {
      given(enrolled(), registered(), used(), ...later(count))
        .when(signIn())
        .thenRefused('ceremony-expired');
    }
  });

  it('is answered no second time, forgotten along with those that expire with it', () => {
    const together = Array.from({ length: 20 }, (_, index) => used({ ceremonyId: as(`together-${index}`) }));
    for (const [index] of together.entries()) {
      given(enrolled(), registered(), ...together)
        .when(signIn({ ceremonyId: as(`together-${index}`) }))
        .thenRefused(index < 17 ? 'ceremony-expired' : 'ceremony-already-used');
    }
  });

  it('is answered no second time, though an older one was recorded after it was forgotten', () => {
    const late = used({ ceremonyId: as('late'), ceremonyExpiresAt: EXPIRY - MINUTE });
    given(enrolled(), registered(), used(), ...later(20), late)
      .when(signIn())
      .thenRefused('ceremony-expired');
  });

  it('is answered by no other passkey either', () => {
    given(enrolled(), registered(), registeredSecond({ sensitiveActionsFrom: NOON }), used())
      .when(signIn({ passkeyId: as('passkey-2') }))
      .thenRefused('ceremony-already-used');
  });

  it('is spent by a sign-in for a step-up, and by a step-up that was not passed', () => {
    given(enrolled(), registered(), used({ purpose: 'sign-in', sessionId: as('session-1') }))
      .when(passStepUp('withdraw-funds'))
      .thenRefused('ceremony-already-used');
    given(enrolled(), registered(), used({ purpose: 'step-up' }))
      .when(passStepUp('withdraw-funds'))
      .thenRefused('ceremony-already-used');
  });
});

describe('a ceremony that nobody answered yet', () => {
  it('is open as long as it expires later than those that were forgotten', () => {
    const story = given(enrolled(), registered(), ...later(20));
    const open = { ceremonyId: as<CeremonyId>('open'), ceremonyExpiresAt: EXPIRY + 20 * SECOND };
    story
      .when(passStepUp('withdraw-funds', { assertion: asserted(open) }))
      .then(used({ at: LATER, ...open }), stepUpPassed({ at: LATER, ceremonyId: as('open') }));
  });
});

it('the ceremonies that are remembered stay few', () => {
  const { state } = given(enrolled(), registered(), ...later(1_000));
  expect(state.status === 'enrolled' && state.ceremonies.latest.length).toBe(16);
});
