import type { AccountEventOf } from '../../domain/account/events.js';
import type { ResetId } from '../../domain/kernel/ids.js';
import { defineProjection } from './define-projection.js';
import { deletedAccount } from './deleted-account.js';
import type { ProjectedEvent, Row, Table, Write } from './projection.js';

/** One row for each reset that an account ever asked for. */
const RESETS = {
  name: 'account-resets',
  columns: {
    rp: 'text',
    subject: 'text',
    reset_id: 'text',
    provider: 'text',
    status: 'text',
    attempt: 'integer',
    requested_at: 'integer',
    expires_at: 'integer',
    ended_at: 'integer',
    window_until: 'integer',
    cooling_off_until: 'integer',
    passkey_added_at: 'integer',
  },
  primaryKey: ['rp', 'subject', 'reset_id'],
} as const satisfies Table;

export type ResetStatus =
  'requested' | 'passed' | 'retry' | 'rejected' | 'cancelled' | 'expired' | 'disputed';

export const accountResets = defineProjection({
  name: 'account-resets',
  version: 2,
  tables: [RESETS],
  readsPersonal: [],
  on: {
    LivenessResetRequested(projected) {
      const { at, data } = projected.event;
      return [
        {
          kind: 'put',
          table: RESETS.name,
          row: {
            ...keyOf(projected, data.resetId),
            provider: data.provider,
            status: 'requested',
            attempt: data.attempt,
            requested_at: at,
            expires_at: data.expiresAt,
            ended_at: null,
            window_until: null,
            cooling_off_until: null,
            passkey_added_at: null,
          },
        },
      ];
    },

    LivenessAttemptFailed(projected) {
      const { attempt, resetId } = projected.event.data;
      return patch(projected, resetId, 'retry', { attempt: attempt + 1 });
    },

    LivenessResetCancelled: (projected) => ended(projected, 'cancelled'),
    LivenessResetRejected: (projected) => ended(projected, 'rejected'),
    LivenessResetExpired: (projected) => ended(projected, 'expired'),

    LivenessResetCompleted(projected) {
      const { resetId, windowUntil, coolingOffUntil } = projected.event.data;
      return patch(projected, resetId, 'passed', {
        ended_at: projected.event.at,
        window_until: windowUntil,
        cooling_off_until: coolingOffUntil,
      });
    },

    LivenessResetDisputed: (projected) => patch(projected, projected.event.data.resetId, 'disputed', {}),

    PasskeyRegistered(projected) {
      const { at, data } = projected.event;
      return data.resetId === null ? [] : patch(projected, data.resetId, 'passed', { passkey_added_at: at });
    },

    AccountErased: (projected) => [deletedAccount(projected, RESETS)],
  },
});

type Ended = AccountEventOf<'LivenessResetCancelled' | 'LivenessResetRejected' | 'LivenessResetExpired'>;

function ended(projected: ProjectedEvent<Ended>, status: ResetStatus): readonly Write[] {
  const { at, data } = projected.event;
  return patch(projected, data.resetId, status, { ended_at: at });
}

function keyOf({ rp, subject }: ProjectedEvent, resetId: ResetId): Row {
  return { rp, subject, reset_id: resetId };
}

function patch(projected: ProjectedEvent, resetId: ResetId, status: ResetStatus, set: Row): readonly Write[] {
  return [{ kind: 'patch', table: RESETS.name, key: keyOf(projected, resetId), set: { ...set, status } }];
}
