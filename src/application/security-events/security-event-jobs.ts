import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { EventAddress } from '../notices/recorded-events.js';
import type { Job, JobPayload, JobRequest } from '../ports/jobs.js';

/** Finds out which security events a recorded event is, and makes a delivery for each. */
export const SECURITY_EVENT = 'security-event';
/** Brings one to the product's receiver. Retried by an operator it is sent again, however long ago it was. */
export const SECURITY_EVENT_DELIVERY = 'security-event-delivery';

export interface Occurrence extends EventAddress {
  readonly rp: RelyingPartySlug;
  readonly at: Instant;
}

export function securityEventJob(occurrence: Occurrence): JobRequest {
  return {
    id: `${SECURITY_EVENT}.${occurrence.eventId}`,
    kind: SECURITY_EVENT,
    payload: payloadOf(occurrence),
    runAt: occurrence.at,
  };
}

/** @param index of the security events that the recorded one is */
export function securityEventDeliveryJob(occurrence: Occurrence, index: number, runAt: Instant): JobRequest {
  return {
    id: `${SECURITY_EVENT_DELIVERY}.${occurrence.eventId}.${index}`,
    kind: SECURITY_EVENT_DELIVERY,
    payload: { ...payloadOf(occurrence), index },
    runAt,
  };
}

export function occurrenceOf({ payload }: Job): Occurrence {
  return {
    rp: as<RelyingPartySlug>(String(payload['rp'])),
    eventId: String(payload['eventId']),
    at: Number(payload['at']),
    stream: String(payload['stream']),
    revision: Number(payload['revision']),
  };
}

export function indexOf({ payload }: Job): number {
  return Number(payload['index']);
}

function payloadOf({ at, eventId, revision, rp, stream }: Occurrence): JobPayload {
  return { rp, eventId, at, stream, revision };
}
