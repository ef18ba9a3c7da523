import type { ReceiptId, RelyingPartySlug } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { WebhookEvent } from '../../domain/policy/webhooks.js';
import type { Revision } from '../ports/event-store.js';
import type { Job, JobPayload, JobRequest } from '../ports/jobs.js';

/** Finds out whether a product's backend wants to be told of an event, and makes a delivery if so. */
export const WEBHOOK = 'webhook';
/** Brings one webhook to its receiver. Retried by an operator it is sent again, however long ago the event was. */
export const WEBHOOK_DELIVERY = 'webhook-delivery';

/**
 * Where it is read what happened: in the account's stream; or, of an account that is erased, in what its erasure came to. The latter names
 * neither stream nor subject, for a job that names one goes with the account.
 */
export type Source =
  { readonly stream: string; readonly revision: Revision } | { readonly receiptId: ReceiptId };

/** An event that a backend may be told of: all that a job keeps of it. */
export interface Announcement {
  readonly rp: RelyingPartySlug;
  readonly eventId: string;
  readonly at: Instant;
  readonly source: Source;
}

export function webhookJob(announcement: Announcement, type: WebhookEvent): JobRequest {
  const { at, eventId } = announcement;
  return {
    id: `${WEBHOOK}.${eventId}`,
    kind: WEBHOOK,
    payload: { ...payloadOf(announcement), type },
    runAt: at,
  };
}

export function webhookDeliveryJob(announcement: Announcement, runAt: Instant): JobRequest {
  const { eventId } = announcement;
  return {
    id: `${WEBHOOK_DELIVERY}.${eventId}`,
    kind: WEBHOOK_DELIVERY,
    payload: payloadOf(announcement),
    runAt,
  };
}

export function announcementOf({ payload }: Job): Announcement {
  const { receiptId } = payload;
  return {
    rp: as<RelyingPartySlug>(String(payload['rp'])),
    eventId: String(payload['eventId']),
    at: Number(payload['at']),
    source:
      receiptId === undefined
        ? { stream: String(payload['stream']), revision: Number(payload['revision']) }
        : { receiptId: as<ReceiptId>(String(receiptId)) },
  };
}

function payloadOf({ at, eventId, rp, source }: Announcement): JobPayload {
  return { rp, eventId, at, ...source };
}
