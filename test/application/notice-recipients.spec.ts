import { describe, expect, it } from '@jest/globals';
import { recipientAt, recipientsOf } from '../../src/application/notices/recipients.js';
import { evolve } from '../../src/domain/account/evolve.js';
import { initialState } from '../../src/domain/account/state.js';
import type { EnrolledAccount } from '../../src/domain/account/state.js';
import type { AccountEvent, FactorsChanged } from '../../src/domain/account/events.js';
import { change, checkPassed, enrolled, factorsChanged } from '../support/account-events.js';

const OWNERS = 'ada@example.com';
const THIEFS = 'thief@example.com';

const added = checkPassed();
const replaced = factorsChanged({
  changes: [change('email', 'confirmed')],
  contacts: { email: THIEFS },
  previous: { email: OWNERS },
});

/** The account and what is found of an event that stands at revision 1, after so many changes of factors. */
function after(...changes: readonly FactorsChanged[]) {
  const events: readonly AccountEvent[] = [enrolled({ email: OWNERS }), added, ...changes];
  const account = events.reduce(evolve, initialState) as EnrolledAccount;
  return {
    account,
    found: { event: added, factorChanges: changes.map((event, index) => ({ revision: index + 2, event })) },
  };
}

const byEmail = { channel: 'email', source: 'now' } as const;

describe('who is told of an event', () => {
  it('is whoever was reached by then, and whoever is reached now', () => {
    const { account, found } = after(replaced);
    expect(recipientsOf(account, found)).toStrictEqual([
      { channel: 'email', source: 'now', to: THIEFS },
      { channel: 'email', source: 2, to: OWNERS },
    ]);
  });

  it('is still the owner where a thief replaces the address while a delivery waits for its turn', () => {
    const { account, found } = after(replaced);
    expect(recipientAt(account, found, { ...byEmail, known: 0 })).toBe(OWNERS);
  });

  it('is still the owner where a thief removes it, and however often it is changed', () => {
    const removed = factorsChanged({
      changes: [change('email', 'removed')],
      previous: { email: OWNERS },
    });
    const once = after(removed);
    expect(recipientAt(once.account, once.found, { ...byEmail, known: 0 })).toBe(OWNERS);
    const back = {
      changes: [change('email', 'confirmed')],
      contacts: { email: OWNERS },
      previous: { email: THIEFS },
    } as const;
    const often = after(replaced, factorsChanged(back), replaced);
    expect(recipientAt(often.account, often.found, { ...byEmail, known: 0 })).toBe(OWNERS);
    expect(recipientAt(often.account, often.found, { ...byEmail, known: 1 })).toBe(THIEFS);
    expect(recipientAt(often.account, often.found, { ...byEmail, source: 2, known: 3 })).toBe(OWNERS);
  });

  it('is whoever is reached now, of a delivery that an older release made', () => {
    const { account, found } = after(replaced);
    expect(recipientAt(account, found, { ...byEmail, known: Number.MAX_SAFE_INTEGER })).toBe(THIEFS);
  });
});
