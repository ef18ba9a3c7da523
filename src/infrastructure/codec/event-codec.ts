import type { AccountEvent } from '../../domain/account/events.js';
import type { DomainEvent } from '../../domain/kernel/event.js';
import { REDACTED } from '../../domain/kernel/event.js';
import type { Cause, DecodedEvent, EventCodec } from '../../application/ports/event-codec.js';
import type { EventToAppend, RecordedEvent } from '../../application/ports/event-store.js';
import type { AccountKey } from '../../application/ports/keyring.js';
import { openJson, sealJson } from '../../application/sealed-json.js';
import { decodeBase64url, encodeBase64url } from '../webauthn/base64url.js';
import { ACCOUNT_EVENTS } from './account-events.js';
import { conform, parseBytes } from './canonical-json.js';
import { Nonconforming, UndecodableEvent, UnencodableEvent } from './codec-errors.js';
import type { EventCatalogue, EventDefinition, JsonObject, Upcast } from './event-definition.js';
import { currentVersion } from './event-definition.js';
import type { StoredBody } from './stored-body.js';
import { readBody, sealedPart, writeBody } from './stored-body.js';

type Decoded<Event extends DomainEvent> = Omit<DecodedEvent, 'event'> & { readonly event: Event };

interface StoredType {
  readonly definition: EventDefinition;
  readonly schemaVersion: number;
  readonly sealedPart: ReturnType<typeof sealedPart>;
}

/**
 * Stores an event as RFC 8785 JSON, what is personal in it sealed under the account's key. An event that is refused by
 * the schemas is neither written nor read, so that whatever is recorded can be read for ever.
 */
export class CanonicalEventCodec<Event extends DomainEvent> {
  private readonly types: ReadonlyMap<string, StoredType>;

  constructor(catalogue: EventCatalogue<Event>) {
    this.types = new Map(
      Object.entries<EventDefinition>(catalogue).map(([type, definition]) => [
        type,
        { definition, schemaVersion: currentVersion(definition), sealedPart: sealedPart(definition) },
      ]),
    );
  }

  /** @throws UnencodableEvent for what could not be read again, an event with its personal part redacted among it */
  encode(stream: string, eventId: string, event: Event, cause: Cause, key: AccountKey): EventToAppend {
    try {
      const { definition, schemaVersion, sealedPart } = this.typeNamed(event.type);
      const { correlationId, causationId, actor, endUser } = cause;
      const { type, at } = event;
      const data = conform(definition.data, event.data, '/data');
      const plain = conform(sealedPart, { endUser, personal: event.personal });
      const nothingToSeal = isEmpty(plain.personal) && isEmpty(plain.endUser);
      const sealed = nothingToSeal
        ? undefined
        : encodeBase64url(sealJson(key, contextOf({ stream, eventId }), plain));
      const body = writeBody({
        type,
        schemaVersion,
        stream,
        eventId,
        at,
        actor,
        correlationId,
        causationId,
        data,
        sealed,
      });
      return { eventId, type, body };
    } catch (error) {
      throw error instanceof Nonconforming ? new UnencodableEvent(event.type, stream, error.message) : error;
    }
  }

  /** @throws UndecodableEvent */
  parse(recorded: RecordedEvent): unknown {
    return reading(recorded, () => parseBytes(recorded.body));
  }

  /** @throws UndecodableEvent */
  decode(
    recorded: RecordedEvent,
    key: AccountKey | undefined,
    parsed = this.parse(recorded),
  ): Decoded<Event> {
    return reading(recorded, () => this.read(readBody(recorded, parsed), key));
  }

  private read(body: StoredBody, key: AccountKey | undefined): Decoded<Event> {
    const type = this.typeNamed(body.type);
    const upcasts = upcastsFrom(body.schemaVersion, type);
    const data = conform(type.definition.data, upcast('data', body.data, upcasts), '/data');
    const { at, actor, correlationId, causationId, sealed = null } = body;
    const { personal, endUser } =
      sealed !== null && key === undefined
        ? { personal: REDACTED, endUser: {} }
        : conform(type.sealedPart, upcastPlain(open(body, key), upcasts));
    return {
      event: { type: body.type, at, data, personal } as Event,
      cause: { correlationId, causationId, actor, endUser },
      sealed,
    };
  }

  private typeNamed(name: string): StoredType {
    const type = this.types.get(name);
    if (type === undefined) throw new Nonconforming('the catalogue has no such event');
    return type;
  }
}

/** The codec of everything that can happen to an account. */
export function accountEventCodec(): EventCodec {
  return new CanonicalEventCodec<AccountEvent>(ACCOUNT_EVENTS);
}

function reading<Result>(recorded: RecordedEvent, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof Nonconforming ? new UndecodableEvent(recorded, error.message) : error;
  }
}

/** Where a sealed part belongs: it opens in no other event. */
function contextOf({ stream, eventId }: Pick<StoredBody, 'stream' | 'eventId'>): string {
  return `${stream}|${eventId}`;
}

function open(body: StoredBody, key: AccountKey | undefined): unknown {
  if (body.sealed === undefined || key === undefined) return { personal: {}, endUser: {} };
  const bytes = decodeBase64url(body.sealed);
  if (bytes === undefined) throw new Nonconforming('the sealed part is not canonical base64url');
  try {
    return openJson(key, contextOf(body), bytes);
  } catch {
    throw new Nonconforming('the sealed part could not be opened');
  }
}

function upcastsFrom(version: number, { definition, schemaVersion: latest }: StoredType): readonly Upcast[] {
  if (version > latest) throw new Nonconforming(`schema version ${version} is later than ${latest}`);
  return definition.upcasts?.slice(version - 1) ?? [];
}

function upcastPlain(plain: unknown, upcasts: readonly Upcast[]): unknown {
  if (upcasts.length === 0 || !isObject(plain)) return plain;
  return { ...plain, personal: upcast('personal', plain['personal'], upcasts) };
}

function upcast(part: keyof Upcast, json: unknown, upcasts: readonly Upcast[]): unknown {
  if (!isObject(json)) return json;
  try {
    return upcasts.reduce((converted, step) => step[part]?.(converted) ?? converted, json);
  } catch {
    // The message of whatever went wrong may quote what it was converting.
    throw new Nonconforming(
      `its ${part === 'data' ? 'data' : 'personal part'} could not be converted from an older schema version`,
    );
  }
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
