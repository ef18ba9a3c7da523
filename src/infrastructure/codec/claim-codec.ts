import { z } from 'zod';
import type { Claim, ClaimCodec } from '../../application/ports/claim-codec.js';
import type { EventToAppend, RecordedEvent } from '../../application/ports/event-store.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { canonicalBytes, conform, parseBytes } from './canonical-json.js';
import { Nonconforming, UndecodableEvent } from './codec-errors.js';

/** A stored claim, its members in the order of RFC 8785 §3.2.3. */
const STORED = z.strictObject({
  at: z.int(),
  data: z.strictObject({ subjectId: z.string() }),
  eventId: z.string(),
  schemaVersion: z.literal(1),
  stream: z.string(),
  type: z.enum(['AccountReferenced', 'CredentialClaimed', 'IdentifierClaimed', 'IdentifierReleased']),
});

export class CanonicalClaimCodec implements ClaimCodec {
  encode(stream: string, eventId: string, { type, at, subject }: Claim): EventToAppend {
    const stored: z.infer<typeof STORED> = {
      at,
      data: { subjectId: subject },
      eventId,
      schemaVersion: 1,
      stream,
      type,
    };
    return { eventId, type, body: canonicalBytes(conform(STORED, stored)) };
  }

  /** @throws UndecodableEvent */
  decode(recorded: RecordedEvent): Claim {
    try {
      const stored = conform(STORED, parseBytes(recorded.body));
      const { stream, eventId, type } = stored;
      if (stream !== recorded.stream || eventId !== recorded.eventId || type !== recorded.type) {
        throw new Nonconforming('it was moved here from elsewhere');
      }
      return { type, at: stored.at, subject: as<SubjectId>(stored.data.subjectId) };
    } catch (error) {
      throw error instanceof Nonconforming ? new UndecodableEvent(recorded, error.message) : error;
    }
  }
}
