import type { AuditEvent } from '../../domain/audit/events.js';
import type { Cause } from './event-codec.js';
import type { EventToAppend, RecordedEvent } from './event-store.js';

/** Of an audit event nothing is personal: its reader is a backend, by the id of its key. */
export type AuditCause = Omit<Cause, 'endUser'>;

export interface DecodedAuditEvent {
  readonly event: AuditEvent;
  readonly cause: AuditCause;
}

/** Between the events of who read the history and their canonical bytes. */
export interface AuditCodec {
  encode(stream: string, eventId: string, event: AuditEvent, cause: AuditCause): EventToAppend;
  /** @throws where the bytes are no audit event */
  decode(recorded: RecordedEvent): DecodedAuditEvent;
}

export const AUDIT_CODEC = Symbol('AuditCodec');
