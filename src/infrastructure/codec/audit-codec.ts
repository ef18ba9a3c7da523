import type { AuditCause, AuditCodec, DecodedAuditEvent } from '../../application/ports/audit-codec.js';
import type { EventToAppend, RecordedEvent } from '../../application/ports/event-store.js';
import type { AuditEvent } from '../../domain/audit/events.js';
import { AUDIT_EVENTS } from './audit-events.js';
import { CanonicalEventCodec } from './event-codec.js';
import { NO_KEY } from './no-key.js';

export class CanonicalAuditCodec implements AuditCodec {
  private readonly codec = new CanonicalEventCodec<AuditEvent>(AUDIT_EVENTS);

  encode(stream: string, eventId: string, event: AuditEvent, cause: AuditCause): EventToAppend {
    return this.codec.encode(stream, eventId, event, { ...cause, endUser: {} }, NO_KEY);
  }

  /** @throws UndecodableEvent */
  decode(recorded: RecordedEvent): DecodedAuditEvent {
    const { cause, event } = this.codec.decode(recorded, NO_KEY);
    const { actor, causationId, correlationId } = cause;
    return { event, cause: { actor, causationId, correlationId } };
  }
}
