import { z } from 'zod';
import type { RecordedEvent } from '../../application/ports/event-store.js';
import { canonicalBytes, conform } from './canonical-json.js';
import { Nonconforming } from './codec-errors.js';
import type { EventDefinition } from './event-definition.js';
import { id, instant, members, text } from './schema-parts.js';

const actor = z.enum(['client', 'user', 'admin', 'system', 'liveness-provider']);

/**
 * What every stored event is, whatever its type. Neither position nor revision is in it: the store assigns them, and a hash
 * over the body outlives any move.
 */
export const STORED_BODY = members({
  type: id().describe('The name of the event.'),
  schemaVersion: z.int().positive().describe('Of `data` and of what is sealed.'),
  stream: id().describe('Where it happened; names nobody.'),
  eventId: id().describe('UUID, derived from the command, so that a retry writes the same one.'),
  at: instant,
  actor,
  correlationId: id().describe('All events of one request share it.'),
  causationId: id().describe('The command that led to it.'),
  data: z.unknown().describe('What the type of the event says below.'),
  sealed: text
    .optional()
    .describe("Personal data under the account's own key, base64url; absent where there is none."),
});

const END_USER = members({
  address: text.exactOptional().describe("The end user's address, as the backend passed it on."),
  agent: text.exactOptional().describe("The end user's agent, likewise."),
});

/** What is sealed of an event: one part, so that it costs one encryption. */
export const sealedPart = ({ personal }: Pick<EventDefinition, 'personal'>) =>
  members({ endUser: END_USER, personal });

export type StoredBody = z.output<typeof STORED_BODY>;

/** @throws Nonconforming */
export function writeBody(body: StoredBody): Uint8Array {
  return canonicalBytes(conform(STORED_BODY, body));
}

/**
 * @param parsed the JSON of the recorded bytes
 * @throws Nonconforming where the body isn't the one that was recorded in this place
 */
export function readBody(recorded: RecordedEvent, parsed: unknown): StoredBody {
  const body = conform(STORED_BODY, parsed);
  if (body.type !== recorded.type) throw new Nonconforming('the body is of another type');
  if (body.stream !== recorded.stream) throw new Nonconforming('the body is of another stream');
  if (body.eventId !== recorded.eventId) throw new Nonconforming('the body has another event id');
  return body;
}
