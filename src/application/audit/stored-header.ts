import type { Instant } from '../../domain/kernel/time.js';
import { accountOfStream } from '../accounts/account-address.js';

/** What an event is looked for by, and what it says. */
export interface StoredHeader {
  readonly at: Instant;
  readonly actor: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  /** The account that it is of or about, by our random id. */
  readonly subject: string | null;
  readonly passkeyId: string | null;
  readonly credentialId: string | null;
  /** As it was stored, in whatever version. */
  readonly data: Readonly<Record<string, unknown>>;
}

const UTF8 = new TextDecoder();

/** @throws where the bytes are no JSON */
export function parsedBody(body: Uint8Array): unknown {
  return JSON.parse(UTF8.decode(body));
}

/**
 * Reads the members that every version of every event has had (docs/event-catalogue.md), and no more: which event it is doesn't
 * matter here, so that one of a later release is a leaf like any other.
 * @param parsed the JSON of the event's bytes
 * @throws where it is no event's
 */
export function storedHeader(stream: string, parsed: unknown): StoredHeader {
  const event = parsed as Readonly<Record<string, unknown>>;
  const { actor, at, causationId, correlationId } = event;
  if (typeof at !== 'number') throw new TypeError('a stored event has no time');
  const data = (event['data'] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    at,
    actor: textOrNull(actor),
    correlationId: textOrNull(correlationId),
    causationId: textOrNull(causationId),
    subject: accountOfStream(stream)?.subject ?? textOrNull(data['subjectId']) ?? textOrNull(data['subject']),
    passkeyId: textOrNull(data['passkeyId']),
    credentialId: textOrNull(data['credentialId']),
    data,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
