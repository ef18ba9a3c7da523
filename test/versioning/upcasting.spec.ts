import { describe, expect, it } from '@jest/globals';
import type { Cause } from '../../src/application/ports/event-codec.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { DomainEvent } from '../../src/domain/kernel/event.js';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { CanonicalEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import type { EventCatalogue, JsonObject } from '../../src/infrastructure/codec/event-definition.js';
import { count, members, text } from '../../src/infrastructure/codec/schema-parts.js';
import { sealJson } from '../../src/application/sealed-json.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';

/**
 * An event that changed twice. Version 1 counted seconds and had one name; version 2 counts milliseconds;
 * version 3 says in which currency, and splits the name.
 */
type ParcelSent = DomainEvent<
  'ParcelSent',
  { readonly tookMilliseconds: number; readonly currency: string },
  { readonly givenName: string; readonly familyName: string }
>;
type ParcelLost = DomainEvent<'ParcelLost', { readonly where: string }>;

const catalogue: EventCatalogue<ParcelSent | ParcelLost> = {
  ParcelSent: {
    summary: 'A parcel was sent.',
    data: members({ tookMilliseconds: count, currency: text }),
    personal: members({ givenName: text, familyName: text }),
    upcasts: [
      { data: ({ tookSeconds }) => ({ tookMilliseconds: Number(tookSeconds) * 1000 }) },
      {
        data: (data) => ({ ...data, currency: 'EUR' }),
        personal: ({ name }) => {
          const [givenName, familyName] = (name as string).split(' ');
          return { givenName, familyName };
        },
      },
    ],
  },
  ParcelLost: {
    summary: 'A parcel was lost.',
    data: members({ where: text }),
    personal: members({}),
    upcasts: [
      {
        data: ({ place }) => {
          if (place === undefined) throw new TypeError('the secret place is missing');
          return { where: place };
        },
      },
    ],
  },
};

const codec = new CanonicalEventCodec<ParcelSent | ParcelLost>(catalogue);
const key = new Sealer(Buffer.alloc(32, 1));
const cause: Cause = { correlationId: 'request', causationId: 'command', actor: 'client', endUser: {} };
const endUser = { address: '203.0.113.7' };

/** What a release of its time wrote. */
function written(
  type: string,
  schemaVersion: number,
  data: JsonObject,
  personal: JsonObject | null,
): RecordedEvent {
  const { correlationId, causationId, actor } = cause;
  const sealed =
    personal === null
      ? {}
      : { sealed: Buffer.from(sealJson(key, 'parcel-1|id', { endUser, personal })).toString('base64url') };
  const body = {
    type,
    schemaVersion,
    stream: 'parcel-1',
    eventId: 'id',
    at: 5,
    ...{ correlationId, causationId, actor },
  };
  return {
    ...{ type, eventId: 'id', stream: 'parcel-1', revision: 0, position: 1 },
    body: Buffer.from(JSON.stringify({ ...body, data, ...sealed })),
  };
}

const sent: ParcelSent = {
  type: 'ParcelSent',
  at: 5,
  data: { tookMilliseconds: 3000, currency: 'EUR' },
  personal: { givenName: 'Ada', familyName: 'Lovelace' },
};

const versions: readonly RecordedEvent[] = [
  written('ParcelSent', 1, { tookSeconds: 3 }, { name: 'Ada Lovelace' }),
  written('ParcelSent', 2, { tookMilliseconds: 3000 }, { name: 'Ada Lovelace' }),
  written(
    'ParcelSent',
    3,
    { tookMilliseconds: 3000, currency: 'EUR' },
    { givenName: 'Ada', familyName: 'Lovelace' },
  ),
];

describe('an event of an older schema version', () => {
  it.each(versions)('is read as one of today, from whichever version on', (recorded) => {
    const { event, cause: read } = codec.decode(recorded, key);
    expect(event).toStrictEqual(sent);
    expect(read).toStrictEqual({ ...cause, endUser });
  });

  it.each(versions)('is read so although its key was destroyed', (recorded) => {
    expect(codec.decode(recorded, undefined).event).toStrictEqual({ ...sent, personal: REDACTED });
  });

  it('is written in the newest version only', () => {
    const { body } = codec.encode('parcel-1', 'id', sent, cause, key);
    expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ schemaVersion: 3, data: sent.data });
  });

  it('needs no sealed part to be converted', () => {
    expect(codec.decode(written('ParcelLost', 1, { place: 'sea' }, null), key)).toStrictEqual({
      event: { type: 'ParcelLost', at: 5, data: { where: 'sea' }, personal: {} },
      cause,
      sealed: null,
    });
  });

  it('is refused where the conversion does not come to an event of today', () => {
    const recorded = written('ParcelSent', 2, { tookMilliseconds: -1 }, { name: 'Ada Lovelace' });
    expect(() => codec.decode(recorded, key)).toThrow(
      "event 0 of parcel-1 (ParcelSent) can't be read: too_small at /data/tookMilliseconds",
    );
  });

  it('is refused where the conversion fails, without a word of what it read', () => {
    expect(() => codec.decode(written('ParcelLost', 1, {}, null), key)).toThrow(
      "event 0 of parcel-1 (ParcelLost) can't be read: its data could not be converted from an older schema version",
    );
    const nameless = written('ParcelSent', 1, { tookSeconds: 3 }, {});
    expect(() => codec.decode(nameless, key)).toThrow(
      "event 0 of parcel-1 (ParcelSent) can't be read: its personal part could not be converted from an older schema version",
    );
  });

  it('is refused where there is nothing to convert', () => {
    const recorded = written('ParcelLost', 1, {}, null);
    const body = JSON.parse(Buffer.from(recorded.body).toString()) as JsonObject;
    const without = { ...recorded, body: Buffer.from(JSON.stringify({ ...body, data: null })) };
    expect(() => codec.decode(without, key)).toThrow("(ParcelLost) can't be read: invalid_type at /data");
  });

  it('is refused where it is newer than this release', () => {
    expect(() => codec.decode(written('ParcelSent', 4, {}, null), key)).toThrow(
      "(ParcelSent) can't be read: schema version 4 is later than 3",
    );
  });
});
