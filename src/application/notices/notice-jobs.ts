import type { Instant } from '../../domain/kernel/time.js';
import type { Job, JobRequest } from '../ports/jobs.js';
import type { Channel } from '../ports/messaging.js';
import type { Source } from './recipients.js';
import type { EventAddress } from './recorded-events.js';

/** Finds out whom to tell of an event, and makes a delivery for each. */
export const NOTICE = 'notice';
/** Brings one notice to one destination, so that a gateway that is down holds up no other channel. */
export const NOTICE_DELIVERY = 'notice-delivery';

export interface Delivery extends EventAddress {
  /** Of the notices that the event comes to. */
  readonly index: number;
  readonly channel: Channel;
  readonly source: Source;
  /** How many changes of factors since the event there were when this delivery was made. */
  readonly known: number;
}

export function noticeJob({ eventId, revision, stream }: EventAddress, runAt: Instant): JobRequest {
  return { id: `notice.${eventId}`, kind: NOTICE, payload: { eventId, stream, revision }, runAt };
}

export function deliveryJob(delivery: Delivery, runAt: Instant): JobRequest {
  const { channel, eventId, index, known, revision, source, stream } = delivery;
  return {
    id: `notice.${eventId}.${index}.${channel}.${source}`,
    kind: NOTICE_DELIVERY,
    payload: { eventId, stream, revision, index, channel, source, known },
    runAt,
  };
}

export function eventAddressOf({ payload }: Job): EventAddress {
  return {
    eventId: String(payload['eventId']),
    stream: String(payload['stream']),
    revision: Number(payload['revision']),
  };
}

export function deliveryOf(job: Job): Delivery {
  const { channel, index, known, source } = job.payload;
  return {
    ...eventAddressOf(job),
    index: Number(index),
    channel: channel === 'sms' ? 'sms' : 'email',
    source: typeof source === 'number' ? source : 'now',
    // Deliveries of older releases don't say: they go to what the account has.
    known: typeof known === 'number' ? known : Number.MAX_SAFE_INTEGER,
  };
}
