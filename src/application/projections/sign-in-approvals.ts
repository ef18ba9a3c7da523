import { personalOf } from '../../domain/kernel/event.js';
import type { ApprovalId } from '../../domain/kernel/ids.js';
import { defineProjection } from './define-projection.js';
import { deletedAccount } from './deleted-account.js';
import type { ProjectedEvent, Row, Table, Write } from './projection.js';
import { sealContext } from '../sealed-json.js';

/** One row for each sign-in on a new device that was ever asked for. Whether an open one has expired, the clock says. */
const APPROVALS = {
  name: 'sign-in-approvals',
  columns: {
    rp: 'text',
    subject: 'text',
    approval_id: 'text',
    device: 'blob',
    method: 'text',
    status: 'text',
    requested_at: 'integer',
    approved_from: 'integer',
    expires_at: 'integer',
  },
  primaryKey: ['rp', 'subject', 'approval_id'],
} as const satisfies Table;

/** What the sealed `device` of a row is bound to. */
export function approvalDeviceContext(approvalId: ApprovalId): string {
  return sealContext(APPROVALS.name, approvalId, 'device');
}

export const signInApprovals = defineProjection({
  name: 'sign-in-approvals',
  version: 2,
  tables: [APPROVALS],
  readsPersonal: ['SignInApprovalRequested'],
  on: {
    SignInApprovalRequested({ event, rp, subject, seal }) {
      const { approvalId, method, expiresAt } = event.data;
      const device = personalOf(event)?.device ?? null;
      return [
        {
          kind: 'put',
          table: APPROVALS.name,
          row: {
            rp,
            subject,
            approval_id: approvalId,
            device: device === null ? null : seal(approvalDeviceContext(approvalId), device),
            method,
            status: 'open',
            requested_at: event.at,
            approved_from: null,
            expires_at: expiresAt,
          },
        },
      ];
    },

    SignInApproved(projected) {
      const { approvalId, collectBy } = projected.event.data;
      return changed(projected, approvalId, { status: 'approved', expires_at: collectBy });
    },
    SignInRecoveryStarted(projected) {
      const { approvalId, approvedFrom, collectBy } = projected.event.data;
      const set = { status: 'recovering', approved_from: approvedFrom, expires_at: collectBy };
      return changed(projected, approvalId, set);
    },
    SignInDenied: (projected) => changed(projected, projected.event.data.approvalId, { status: 'denied' }),
    SignInApprovalExpired: (projected) =>
      changed(projected, projected.event.data.approvalId, { status: 'expired' }),
    DeviceTrusted: (projected) =>
      changed(projected, projected.event.data.approvalId, { status: 'collected' }),

    AccountErased: (projected) => [deletedAccount(projected, APPROVALS)],
  },
});

function changed({ rp, subject }: ProjectedEvent, approvalId: ApprovalId | null, set: Row): readonly Write[] {
  if (approvalId === null) return [];
  const key = { rp, subject, approval_id: approvalId };
  return [{ kind: 'patch', table: APPROVALS.name, key, set }];
}
