import type { AccountEventOf } from '../../../domain/account/events.js';
import type { ResetId } from '../../../domain/kernel/ids.js';
import type { Reducers } from '../define-projection.js';
import type { ProjectedEvent, Row, Write } from '../projection.js';
import { counted, MEASURES } from './counting.js';
import { RESETS } from './tables.js';

type Ended =
  'LivenessResetCancelled' | 'LivenessResetRejected' | 'LivenessResetExpired' | 'LivenessResetCompleted';
type Handled = Ended | 'LivenessResetRequested' | 'LivenessAttemptFailed' | 'LivenessResetDisputed';

export type ResetOutcome = 'open' | 'passed' | 'rejected' | 'cancelled' | 'expired';

export const RESET_REDUCERS: Reducers<Handled> = {
  LivenessResetRequested({ event, rp }) {
    const { provider, resetId } = event.data;
    return [
      {
        kind: 'put',
        table: RESETS.name,
        row: {
          rp,
          reset_id: resetId,
          provider,
          requested_at: event.at,
          status: 'open' satisfies ResetOutcome,
          failed_attempts: 0,
          ended_at: null,
          disputed_at: null,
          passkey_added_at: null,
        },
      },
    ];
  },

  LivenessAttemptFailed: ({ event, rp }) => [
    {
      kind: 'patch',
      table: RESETS.name,
      key: { rp, reset_id: event.data.resetId },
      add: { failed_attempts: 1 },
    },
  ],

  LivenessResetCancelled: (projected) => ended(projected, 'cancelled'),
  LivenessResetRejected: (projected) => ended(projected, 'rejected'),
  LivenessResetExpired: (projected) => ended(projected, 'expired'),
  LivenessResetCompleted: (projected) => ended(projected, 'passed'),

  LivenessResetDisputed: (projected) => [
    counted(projected, MEASURES.lockOuts, 'reset-disputed'),
    changed(projected, projected.event.data.resetId, { disputed_at: projected.event.at }),
  ],
};

/** The passkey that a passed reset was asked for. */
export function passkeyAdded(
  projected: ProjectedEvent<AccountEventOf<'PasskeyRegistered'>>,
): readonly Write[] {
  const { at, data } = projected.event;
  return data.resetId === null ? [] : [changed(projected, data.resetId, { passkey_added_at: at })];
}

function ended(projected: ProjectedEvent<AccountEventOf<Ended>>, status: ResetOutcome): readonly Write[] {
  const { at, data } = projected.event;
  return [changed(projected, data.resetId, { status, ended_at: at })];
}

function changed({ rp }: ProjectedEvent, resetId: ResetId, set: Row): Write {
  return { kind: 'patch', table: RESETS.name, key: { rp, reset_id: resetId }, set };
}
