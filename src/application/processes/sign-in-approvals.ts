import type { Instant } from '../../domain/kernel/time.js';
import type { JobRequest } from '../ports/jobs.js';
import type { ProjectedEvent } from '../projections/projection.js';
import { defineProcess } from './process.js';

/** A sign-in that waits for its approval, or to be collected, is recorded as expired when its time is over. */
export const signInApprovals = defineProcess('sign-in-approvals', {
  SignInApprovalRequested: (projected) => {
    const { approvalId, expiresAt } = projected.event.data;
    return expiry(projected, approvalId, expiresAt);
  },
  SignInApproved: (projected) => {
    const { approvalId, collectBy } = projected.event.data;
    return expiry(projected, approvalId, collectBy);
  },
  SignInRecoveryStarted: (projected) => {
    const { approvalId, collectBy } = projected.event.data;
    return expiry(projected, approvalId, collectBy);
  },
});

function expiry({ eventId, rp, subject }: ProjectedEvent, approvalId: string, runAt: Instant): JobRequest[] {
  const payload = { rp, subject, approvalId };
  return [{ id: `expire-sign-in-approval.${eventId}`, kind: 'expire-sign-in-approval', payload, runAt }];
}
