import { describe, expect, it } from '@jest/globals';
import { accountResets } from '../../src/application/projections/account-resets.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { as } from '../../src/domain/kernel/ids.js';
import { projected, sample } from './account-events.js';

const requested = sample('LivenessResetRequested');
const KEY = { rp: 'mpchat', subject: 'subject-1', reset_id: requested.data.resetId };

const written = (event: AccountEvent) => accountResets.when(projected(event));
const patched = (set: object) => [{ kind: 'patch', table: 'account-resets', key: KEY, set }];

describe('account-resets', () => {
  it('adds a row for a reset that is asked for, without the person whom it is about', () => {
    expect(written(requested)).toStrictEqual([
      {
        kind: 'put',
        table: 'account-resets',
        row: {
          ...KEY,
          provider: requested.data.provider,
          status: 'requested',
          attempt: 1,
          requested_at: 2_600,
          expires_at: 2_900,
          ended_at: null,
          window_until: null,
          cooling_off_until: null,
          passkey_added_at: null,
        },
      },
    ]);
  });

  it('says how it goes on', () => {
    expect(written(sample('LivenessAttemptFailed'))).toStrictEqual(patched({ attempt: 2, status: 'retry' }));
    expect(written(sample('LivenessResetCompleted'))).toStrictEqual(
      patched({ ended_at: 2_800, window_until: 3_100, cooling_off_until: 9_000, status: 'passed' }),
    );
    expect(written(sample('LivenessResetDisputed'))).toStrictEqual(patched({ status: 'disputed' }));
  });

  it.each([
    ['LivenessResetCancelled', 'cancelled', 2_800],
    ['LivenessResetRejected', 'rejected', 2_800],
    ['LivenessResetExpired', 'expired', 2_900],
  ] as const)('says by %s that it ended', (type, status, at) => {
    expect(written(sample(type))).toStrictEqual(patched({ ended_at: at, status }));
  });

  it('says when its secret added the passkey, and nothing of a passkey that a factor added', () => {
    const registered = sample('PasskeyRegistered');
    const by = (resetId: string | null): AccountEvent => ({
      ...registered,
      data: { ...registered.data, resetId: resetId === null ? null : as(resetId) },
    });
    expect(written(by(KEY.reset_id))).toStrictEqual(
      patched({ passkey_added_at: registered.at, status: 'passed' }),
    );
    expect(written(by(null))).toStrictEqual([]);
  });

  it('forgets the resets of an erased account', () => {
    expect(written(sample('AccountErased'))).toStrictEqual([
      { kind: 'delete', table: 'account-resets', where: { rp: 'mpchat', subject: 'subject-1' } },
    ]);
  });
});
