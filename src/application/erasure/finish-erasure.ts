import type { RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { AccountAddress } from '../accounts/account-address.js';
import type { Job, JobRequest } from '../ports/jobs.js';

/** A stored name: it never changes. */
export const FINISH_ERASURE = 'finish-erasure';

/** @param eventId of the account's last event, which happened `at` */
export function finishErasureJob(eventId: string, { rp, subject }: AccountAddress, at: Instant): JobRequest {
  return { id: `${FINISH_ERASURE}.${eventId}`, kind: FINISH_ERASURE, payload: { rp, subject }, runAt: at };
}

export function erasedAccountOf({ payload }: Job): AccountAddress {
  return {
    rp: as<RelyingPartySlug>(String(payload['rp'])),
    subject: as<SubjectId>(String(payload['subject'])),
  };
}
