import { describe, expect, it } from '@jest/globals';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { PageSession } from '../../../src/domain/account/rules/page-sessions.js';
import {
  pageAfterConfirming,
  pageAfterRemoving,
  pageSessionCounts,
} from '../../../src/domain/account/rules/page-sessions.js';
import type { PasskeyId, ResetId } from '../../../src/domain/kernel/ids.js';
import { as } from '../../../src/domain/kernel/ids.js';
import {
  change,
  enrolled,
  factorsChanged,
  NEW_PHONE,
  PHONE,
  registered,
  removed,
  resetCancelled,
  resetCompleted,
  resetDisputed,
  resetRejected,
  resetRequested,
} from '../../support/account-events.js';
import { given } from '../../support/account-story.js';

const before = [enrolled(), registered(), resetRequested()];
const completed = [...before, resetCompleted(), removed({ why: 'reset' })];

function after(events: readonly AccountEvent[]) {
  const { state } = given(...events);
  if (state.status !== 'enrolled') throw new Error('nobody is enrolled');
  return state;
}

function counts(
  events: readonly AccountEvent[],
  epoch: number,
  resetId: string | null = null,
  of: Partial<PageSession> = {},
): boolean {
  const page = { epoch, resetId: resetId === null ? null : as<ResetId>(resetId) };
  return pageSessionCounts(after(events), {
    ...page,
    provenBy: null,
    passkeyId: null,
    securityEpoch: 0,
    ...of,
  });
}

describe('a session of the page', () => {
  it('goes on while nothing was reset or changed', () => {
    expect(counts(before, 0)).toBe(true);
    expect(counts([...before, resetCancelled()], 0)).toBe(true);
    expect(counts([...before, resetRejected()], 0)).toBe(true);
  });

  it('ends with the reset, but for the one that asked for it', () => {
    expect(counts(completed, 0)).toBe(false);
    expect(counts(completed, 0, 'reset-2')).toBe(false);
    expect(counts(completed, 0, 'reset-1')).toBe(true);
    expect(counts(completed, 1)).toBe(true);
  });

  it('ends with the next reset, though it asked for the one before', () => {
    const again = [
      ...completed,
      resetRequested({ resetId: as('reset-2'), secretHash: as('secret-2') }),
      resetCompleted({ resetId: as('reset-2'), removedPasskeyIds: [], securityEpoch: 2 }),
    ];
    expect(counts(again, 0, 'reset-1')).toBe(false);
    expect(counts(again, 0, 'reset-2')).toBe(false);
    expect(counts(again, 1)).toBe(false);
    expect(counts(again, 1, 'reset-2')).toBe(true);
    expect(counts(again, 2)).toBe(true);
  });

  it('that asked for the disputed reset ends with the dispute', () => {
    const disputed = [...completed, resetDisputed()];
    expect(counts(disputed, 0, 'reset-1')).toBe(false);
    expect(counts(disputed, 1)).toBe(true);
  });
});

const emailRemoved = factorsChanged({
  changes: [change('email', 'removed')],
  factors: ['sms'],
  securityEpoch: 1,
});
const proposed = factorsChanged({
  changes: [change('sms', 'proposed')],
  factors: ['sms', 'email'],
  contacts: { phone: NEW_PHONE },
});
const confirmed = factorsChanged({
  changes: [change('sms', 'confirmed')],
  factors: ['sms', 'email'],
  contacts: { phone: NEW_PHONE },
  securityEpoch: 1,
});

describe('a session of the page, when a factor is changed,', () => {
  const enrolledNow = [enrolled()];
  const open = (events: readonly AccountEvent[], provenBy: PageSession['provenBy'], securityEpoch = 0) =>
    counts([...enrolledNow, ...events], 0, null, { provenBy, securityEpoch });

  it('ends where that factor opened it, and where nobody said what did', () => {
    for (const [events, changed, other] of [
      [[emailRemoved], 'email', 'sms'],
      [[proposed, confirmed], 'sms', 'email'],
    ] as const) {
      expect(open(events, changed)).toBe(false);
      expect(open(events, null)).toBe(false);
      for (const provenBy of [other, 'totp', 'password', 'passkey'] as const) {
        expect(open(events, provenBy)).toBe(true);
      }
      // Opened by the new one, or since.
      expect(open(events, changed, 1)).toBe(true);
      expect(open(events, null, 1)).toBe(true);
    }
  });

  it('goes on while the new one only waits, and where one is added or proven to be the same', () => {
    expect(open([proposed], 'sms')).toBe(true);
    const added = factorsChanged({
      changes: [change('totp', 'confirmed')],
      factors: ['sms', 'email', 'totp'],
      contacts: { totpSecret: 'SECRET' },
      securityEpoch: 1,
    });
    expect(open([added], null)).toBe(true);
    const again = factorsChanged({
      changes: [change('sms', 'confirmed')],
      factors: ['sms', 'email'],
      contacts: { phone: PHONE },
      securityEpoch: 1,
    });
    expect(open([again], 'sms')).toBe(true);
  });

  it('ends though it asked for the reset that was passed', () => {
    const events = [...before, resetCompleted(), emailRemoved];
    expect(counts(events, 0, 'reset-1', { provenBy: 'email' })).toBe(false);
    expect(counts(events, 0, 'reset-1', { provenBy: 'passkey' })).toBe(true);
  });

  it('goes on where the new one was confirmed in it, and not where it had ended before that', () => {
    const page = { epoch: 0, resetId: null, provenBy: 'sms', passkeyId: null, securityEpoch: 0 } as const;
    const account = after([...enrolledNow, proposed, confirmed]);
    expect(pageAfterConfirming(account, page, 1)).toStrictEqual({ ...page, securityEpoch: 1 });
    expect(pageSessionCounts(account, { ...page, securityEpoch: 1 })).toBe(true);

    const both = after([
      ...enrolledNow,
      emailRemoved,
      proposed,
      factorsChanged({ ...confirmed.data, contacts: { phone: NEW_PHONE }, securityEpoch: 2 }),
    ]);
    expect(pageAfterConfirming(both, page, 2)).toStrictEqual({ ...page, securityEpoch: 2 });
    for (const provenBy of ['email', null] as const) {
      expect(pageAfterConfirming(both, { ...page, provenBy }, 2)).toBeUndefined();
    }
  });
});

describe('a session of a page that a passkey opened', () => {
  const [first, second] = [as<PasskeyId>('passkey-1'), as<PasskeyId>('passkey-2')];
  const both = [enrolled(), registered(), registered({ passkeyId: second })];
  const without = after([...both, removed()]);
  const page = (passkeyId: PasskeyId | null): PageSession => ({
    epoch: 0,
    resetId: null,
    provenBy: 'passkey',
    passkeyId,
    securityEpoch: 0,
  });

  it('ends when that passkey is removed, and not when another one is', () => {
    expect(pageSessionCounts(after(both), page(first))).toBe(true);
    expect(pageSessionCounts(without, page(first))).toBe(false);
    expect(pageSessionCounts(without, page(second))).toBe(true);
  });

  it('goes on where the passkey was removed in it, and not where it had ended before that', () => {
    expect(pageAfterRemoving(without, page(first), first)).toStrictEqual(page(null));
    expect(pageAfterRemoving(without, page(second), first)).toStrictEqual(page(second));
    expect(pageAfterRemoving(without, page(first), second)).toBeUndefined();
  });
});
