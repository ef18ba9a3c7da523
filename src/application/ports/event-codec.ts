import type { AccountEvent } from '../../domain/account/events.js';
import type { Actor } from '../projections/projection.js';
import type { EventToAppend, RecordedEvent } from './event-store.js';
import type { AccountKey } from './keyring.js';

/** Who caused an event, and what it belongs to. */
export interface Cause {
  /** All events of one request or process run share it. */
  readonly correlationId: string;
  /** The command (or event) that led to it. */
  readonly causationId: string;
  readonly actor: Actor;
  /** Personal data: sealed with the event. Absent members were not passed on. */
  readonly endUser: { readonly address?: string; readonly agent?: string };
}

export interface DecodedEvent {
  readonly event: AccountEvent;
  readonly cause: Cause;
  /** The sealed part as stored, in base64url; null where the event holds nothing personal. Looked at only where it is opened. */
  readonly sealed: string | null;
}

/** Between the domain's events and the canonical bytes that are stored for ever. */
export interface EventCodec {
  encode(stream: string, eventId: string, event: AccountEvent, cause: Cause, key: AccountKey): EventToAppend;
  /**
   * The JSON of the recorded bytes, and nothing known of it.
   * @throws where they are none
   */
  parse(recorded: RecordedEvent): unknown;
  /**
   * Validates at the boundary and upcasts older schema versions.
   * @param key undefined where it was destroyed: the personal part then reads `redacted`
   * @param parsed what `parse` gave, for who needs both
   * @throws where the bytes are not an event of this catalogue
   */
  decode(recorded: RecordedEvent, key: AccountKey | undefined, parsed?: unknown): DecodedEvent;
}

export const EVENT_CODEC = Symbol('EventCodec');
