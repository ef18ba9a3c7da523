import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { ACCOUNT_EVENTS } from '../../src/infrastructure/codec/account-events.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { currentVersion } from '../../src/infrastructure/codec/event-definition.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import {
  ACCOUNT_EVENT_TYPES,
  arbitraryCause,
  arbitraryEvent,
  arbitraryPlace,
} from './arbitrary-account-events.js';

const codec = accountEventCodec();
const key = new Sealer(Buffer.alloc(32, 1));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe.each(ACCOUNT_EVENT_TYPES)('any %s', (type) => {
  const anything = [arbitraryEvent(type), arbitraryCause, arbitraryPlace] as const;

  it('is read as it was written', () => {
    fc.assert(
      fc.property(...anything, (event, cause, { stream, eventId }) => {
        const appended = codec.encode(stream, eventId, event, cause, key);
        const recorded: RecordedEvent = { ...appended, stream, revision: 4, position: 9 };
        const decoded = codec.decode(recorded, key);

        expect(appended).toStrictEqual({ eventId, type, body: appended.body });
        expect({ event: decoded.event, cause: decoded.cause }).toStrictEqual({ event, cause });
      }),
    );
  });

  it('is written as RFC 8785 has it, with nothing personal in the clear', () => {
    fc.assert(
      fc.property(...anything, (event, cause, { stream, eventId }) => {
        const json = text(codec.encode(stream, eventId, event, cause, key).body);
        const { correlationId, causationId, actor } = cause;
        const body = JSON.parse(json) as Record<string, unknown>;
        const { sealed, ...rest } = body;

        expect(json).toBe(canonicalize(body));
        expect(rest).toStrictEqual({
          ...{
            schemaVersion: currentVersion(ACCOUNT_EVENTS[event.type]),
            type,
            stream,
            eventId,
            at: event.at,
            data: event.data,
          },
          ...{ correlationId, causationId, actor },
        });
        const somethingToSeal = { ...cause.endUser, ...(event.personal as object) };
        expect(typeof sealed).toBe(Object.keys(somethingToSeal).length > 0 ? 'string' : 'undefined');
      }),
    );
  });

  it('reads redacted once its key is gone, and otherwise as before', () => {
    fc.assert(
      fc.property(...anything, (event, cause, { stream, eventId }) => {
        const appended = codec.encode(stream, eventId, event, cause, key);
        const recorded: RecordedEvent = { ...appended, stream, revision: 4, position: 9 };
        const { sealed, ...decoded } = codec.decode(recorded, undefined);

        // What holds nothing personal has nothing to lose.
        const left = sealed === null ? event : { ...event, personal: REDACTED };
        expect(decoded).toStrictEqual({ event: left, cause: { ...cause, endUser: {} } });
        expect(sealed).toStrictEqual(codec.decode(recorded, key).sealed);
      }),
    );
  });
});
