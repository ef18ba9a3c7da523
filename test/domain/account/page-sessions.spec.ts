import { describe, expect, it } from '@jest/globals';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { pageSessionCounts } from '../../../src/domain/account/rules/page-sessions.js';
import { as } from '../../../src/domain/kernel/ids.js';
import {
  change,
  enrolled,
  factorsChanged,
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

function counts(events: readonly AccountEvent[], epoch: number, resetId: string | null = null): boolean {
  const { state } = given(...events);
  if (state.status !== 'enrolled') throw new Error('nobody is enrolled');
  return pageSessionCounts(state, { epoch, resetId: resetId === null ? null : as(resetId) });
}

describe('a session of the page', () => {
  it('goes on while nothing was reset, whatever else changes', () => {
    expect(counts(before, 0)).toBe(true);
    expect(
      counts([...before, factorsChanged({ changes: [change('email', 'removed')], securityEpoch: 1 })], 0),
    ).toBe(true);
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
