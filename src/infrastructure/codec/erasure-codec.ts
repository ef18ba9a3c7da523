import type { AuditCause } from '../../application/ports/audit-codec.js';
import type { ErasureCodec } from '../../application/ports/erasure.js';
import type { EventToAppend, RecordedEvent } from '../../application/ports/event-store.js';
import type { ErasureCompleted } from '../../domain/erasure/events.js';
import { ERASURE_EVENTS } from './erasure-events.js';
import { CanonicalEventCodec } from './event-codec.js';
import { NO_KEY } from './no-key.js';

export class CanonicalErasureCodec implements ErasureCodec {
  private readonly codec = new CanonicalEventCodec<ErasureCompleted>(ERASURE_EVENTS);

  encode(stream: string, eventId: string, event: ErasureCompleted, cause: AuditCause): EventToAppend {
    return this.codec.encode(stream, eventId, event, { ...cause, endUser: {} }, NO_KEY);
  }

  /** @throws UndecodableEvent */
  decode(recorded: RecordedEvent): ErasureCompleted {
    return this.codec.decode(recorded, NO_KEY).event;
  }
}
