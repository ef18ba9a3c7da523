import { z } from 'zod';
import type { Claim, ClaimCodec } from '../../application/ports/claim-codec.js';
import type { EventToAppend, RecordedEvent } from '../../application/ports/event-store.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';

/** The members of a stored claim, in the order of RFC 8785 §3.2.3, so that what is written is canonical. */
const STORED = z.strictObject({
  at: z.int(),
  eventId: z.string(),
  schemaVersion: z.literal(1),
  stream: z.string(),
  subjectId: z.string(),
  type: z.enum(['AccountReferenced', 'CredentialClaimed', 'IdentifierClaimed', 'IdentifierReleased']),
});

export class CanonicalClaimCodec implements ClaimCodec {
  encode(stream: string, eventId: string, { type, at, subject }: Claim): EventToAppend {
    const stored: z.infer<typeof STORED> = {
      at,
      eventId,
      schemaVersion: 1,
      stream,
      subjectId: subject,
      type,
    };
    return { eventId, type, body: Buffer.from(JSON.stringify(stored)) };
  }

  decode(recorded: RecordedEvent): Claim {
    const stored = STORED.parse(JSON.parse(Buffer.from(recorded.body).toString()));
    if (
      stored.stream !== recorded.stream ||
      stored.eventId !== recorded.eventId ||
      stored.type !== recorded.type
    ) {
      throw new Error(`a claim in ${recorded.stream} was moved there from elsewhere`);
    }
    return { type: stored.type, at: stored.at, subject: as<SubjectId>(stored.subjectId) };
  }
}
