import { describe, expect, it } from '@jest/globals';
import type { Cause } from '../../src/application/ports/event-codec.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { as } from '../../src/domain/kernel/ids.js';
import { UndecodableEvent } from '../../src/infrastructure/codec/codec-errors.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { openJson, sealJson } from '../../src/application/sealed-json.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';

const codec = accountEventCodec();
const key = new Sealer(Buffer.alloc(32, 1));
const STREAM = 'account-mpchat.subject';
const EVENT_ID = '00000000-0000-8000-8000-000000000001';

const renamed: AccountEvent = {
  type: 'PasskeyRenamed',
  at: 1_764_000_000_000,
  data: { passkeyId: as('passkey') },
  personal: { name: 'new name', previousName: 'old name' },
};
const cause: Cause = {
  correlationId: 'correlation',
  causationId: 'command',
  actor: 'user',
  endUser: { address: '203.0.113.7' },
};

const record = (event: AccountEvent = renamed, by: Cause = cause): RecordedEvent => ({
  ...codec.encode(STREAM, EVENT_ID, event, by, key),
  stream: STREAM,
  revision: 3,
  position: 8,
});

type Json = Record<string, unknown>;

/** The recorded event with its body changed, as somebody who can write to the store would. */
const tampered = (change: (body: Json) => Json, recorded = record()): RecordedEvent => {
  const body = JSON.parse(Buffer.from(recorded.body).toString()) as Json;
  return { ...recorded, body: Buffer.from(JSON.stringify(change(body))) };
};

const resealed = (plain: unknown): RecordedEvent =>
  tampered((body) => ({
    ...body,
    sealed: Buffer.from(sealJson(key, `${STREAM}|${EVENT_ID}`, plain)).toString('base64url'),
  }));

const reasonFor = (recorded: RecordedEvent, using: Sealer | undefined = key): string => {
  try {
    codec.decode(recorded, using);
  } catch (error) {
    if (!(error instanceof UndecodableEvent)) throw error;
    expect(error.message).toBe(
      `event 3 of ${recorded.stream} (${recorded.type}) can't be read: ${error.reason}`,
    );
    expect([error.type, error.stream, error.revision]).toStrictEqual([recorded.type, recorded.stream, 3]);
    return error.reason;
  }
  throw new Error('it was read');
};

describe('a stored event', () => {
  it('seals what is personal under the stream and the event id, and nothing else', () => {
    const recorded = record();
    const { sealed } = codec.decode(recorded, undefined);

    expect(openJson(key, `${STREAM}|${EVENT_ID}`, Buffer.from(sealed ?? '', 'base64url'))).toStrictEqual({
      endUser: { address: '203.0.113.7' },
      personal: { name: 'new name', previousName: 'old name' },
    });
    expect(
      Buffer.from(recorded.body)
        .toString()
        .replace(/"sealed":"[\w-]+"/, '"sealed":"…"'),
    ).toBe(
      '{"actor":"user","at":1764000000000,"causationId":"command","correlationId":"correlation",' +
        '"data":{"passkeyId":"passkey"},"eventId":"00000000-0000-8000-8000-000000000001",' +
        '"schemaVersion":1,"sealed":"…","stream":"account-mpchat.subject","type":"PasskeyRenamed"}',
    );
  });

  it('has no sealed part where nothing is personal', () => {
    const unlocked: AccountEvent = {
      type: 'AccountUnlocked',
      at: 1,
      data: { by: 'admin', reason: null },
      personal: {},
    };
    const recorded = record(unlocked, { ...cause, endUser: {} });

    expect(Buffer.from(recorded.body).toString()).not.toContain('sealed');
    expect(codec.decode(recorded, undefined)).toStrictEqual({
      event: unlocked,
      cause: { ...cause, endUser: {} },
      sealed: null,
    });
  });

  it('keeps personal text that is no valid Unicode, for it is read by nobody but us', () => {
    const event: AccountEvent = { ...renamed, personal: { name: '\ud800', previousName: '\\ud800' } };
    expect(codec.decode(record(event), key).event).toStrictEqual(event);
  });
});

describe('an event that could never be read again', () => {
  const encoding =
    (event: unknown, by: unknown = cause) =>
    () =>
      codec.encode(STREAM, EVENT_ID, event as AccountEvent, by as Cause, key);

  it.each([
    ['of an unknown type', { ...renamed, type: 'PasskeyForgotten' }, 'the catalogue has no such event'],
    [
      "named like an object's own member",
      { ...renamed, type: 'constructor' },
      'the catalogue has no such event',
    ],
    ['with a member missing', { ...renamed, data: {} }, 'invalid_type at /data/passkeyId'],
    [
      'with a member too many',
      { ...renamed, data: { passkeyId: 'passkey', name: 'in the clear' } },
      'unrecognized_keys at /data',
    ],
    ['that was read redacted', { ...renamed, personal: REDACTED }, 'invalid_type at /personal'],
    ['of no moment', { ...renamed, at: Number.NaN }, 'invalid_type at /at'],
    ['of half a millisecond', { ...renamed, at: 0.5 }, 'invalid_type at /at'],
  ])('is refused before it is stored: one %s', (_, event, reason) => {
    expect(encoding(event)).toThrow(`an event of ${STREAM} (${event.type}) can't be stored: ${reason}`);
  });

  it('is refused before it is stored: one by nobody, or for no reason', () => {
    expect(encoding(renamed, { ...cause, actor: 'somebody' })).toThrow('invalid_value at /actor');
    expect(encoding(renamed, { ...cause, causationId: '' })).toThrow('too_small at /causationId');
    expect(encoding(renamed, { ...cause, endUser: { phone: '1' } })).toThrow('unrecognized_keys at /endUser');
  });

  it('is refused before it is stored: one in which RFC 8785 has no form for a string', () => {
    const passkeyIds = ['\ud800', 'a\udfffb', '\\\ud83d'];
    for (const passkeyId of passkeyIds) {
      expect(encoding({ ...renamed, data: { passkeyId } })).toThrow('a string is not Unicode');
    }
    const harmless = ['\\ud800', '📱', '\\\\ud800', '\\📱'];
    for (const passkeyId of harmless) expect(encoding({ ...renamed, data: { passkeyId } })).not.toThrow();
  });

  it('says what is wrong without saying what it holds', () => {
    const secret = { passkeyId: 'passkey', 'secret-member': 'secret-value' };
    expect(encoding({ ...renamed, data: secret })).not.toThrow(/secret/);
    expect(encoding({ ...renamed, data: secret })).toThrow();
  });
});

describe('bytes that were tampered with', () => {
  it.each([
    ['empty', ''],
    ['cut short', '{"actor":"user"'],
    ['followed by more', '{}{}'],
  ])('are refused when they are %s', (_, body) => {
    expect(reasonFor({ ...record(), body: Buffer.from(body) })).toBe('it is not JSON');
  });

  it('are refused when they are not UTF-8', () => {
    const body = Buffer.from(record().body);
    body[body.indexOf('passkey"') + 1] = 0xff;
    expect(reasonFor({ ...record(), body })).toBe('it is not UTF-8');
  });

  it('are refused when they are JSON but no event', () => {
    for (const json of ['null', '[]', '1', '"event"']) {
      expect(reasonFor({ ...record(), body: Buffer.from(json) })).toBe('invalid_type at /');
    }
  });

  it.each<[string, (body: Json) => Json, string]>([
    ['another type', (body) => ({ ...body, type: 'PasskeyUsed' }), 'the body is of another type'],
    [
      'another stream',
      (body) => ({ ...body, stream: 'account-mpchat.other' }),
      'the body is of another stream',
    ],
    ['another event id', (body) => ({ ...body, eventId: 'other' }), 'the body has another event id'],
    ['a later schema version', (body) => ({ ...body, schemaVersion: 2 }), 'schema version 2 is later than 1'],
    ['schema version 0', (body) => ({ ...body, schemaVersion: 0 }), 'too_small at /schemaVersion'],
    [
      'a schema version in between',
      (body) => ({ ...body, schemaVersion: 0.5 }),
      'invalid_type at /schemaVersion',
    ],
    ['another actor', (body) => ({ ...body, actor: 'root' }), 'invalid_value at /actor'],
    ['a member too many', (body) => ({ ...body, position: 1 }), 'unrecognized_keys at /'],
    ['no data', ({ data: _, ...body }) => body, 'invalid_type at /data'],
    ['data that is a list', (body) => ({ ...body, data: [] }), 'invalid_type at /data'],
    ['data without a member', (body) => ({ ...body, data: {} }), 'invalid_type at /data/passkeyId'],
    [
      'data with one too many',
      (body) => ({ ...body, data: { passkeyId: 'p', x: 1 } }),
      'unrecognized_keys at /data',
    ],
    [
      'no sealed part',
      ({ sealed: _, ...body }) => body,
      'invalid_type at /personal/name, invalid_type at /personal/previousName',
    ],
    [
      'an empty sealed part',
      (body) => ({ ...body, sealed: '' }),
      'the sealed part is not canonical base64url',
    ],
    ['a sealed part that is no text', (body) => ({ ...body, sealed: 1 }), 'invalid_type at /sealed'],
    [
      'a sealed part cut to nothing',
      (body) => ({ ...body, sealed: 'AAAA' }),
      'the sealed part could not be opened',
    ],
  ])('are refused when they have %s', (_, change, reason) => {
    expect(reasonFor(tampered(change))).toBe(reason);
  });

  it('are refused when they bring a prototype along', () => {
    const json = Buffer.from(record().body).toString();
    const data = json.replace('"data":{', '"data":{"__proto__":{},');
    const envelope = json.replace('{"actor"', '{"__proto__":{},"actor"');
    expect(reasonFor({ ...record(), body: Buffer.from(data) })).toBe('unrecognized_keys at /data');
    expect(reasonFor({ ...record(), body: Buffer.from(envelope) })).toBe('unrecognized_keys at /');
  });

  it('are refused whichever character of the sealed part was changed', () => {
    const { sealed } = JSON.parse(Buffer.from(record().body).toString()) as { sealed: string };
    for (let index = 0; index < sealed.length; index++) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      expect(reasonFor(tampered((body) => ({ ...body, sealed: changed })))).toMatch(/^the sealed part /);
    }
  });

  it('are refused when the sealed part has another spelling of the same bytes', () => {
    const { sealed } = JSON.parse(Buffer.from(record().body).toString()) as { sealed: string };
    for (const spelling of [`${sealed}=`, `${sealed}\n`, ` ${sealed}`, `${sealed}!`]) {
      expect(reasonFor(tampered((body) => ({ ...body, sealed: spelling })))).toBe(
        'the sealed part is not canonical base64url',
      );
    }
  });

  it('are refused when the sealed part is that of another event, though of the same account and type', () => {
    const elsewhere = codec.encode(STREAM, '00000000-0000-8000-8000-000000000002', renamed, cause, key);
    const { sealed } = JSON.parse(Buffer.from(elsewhere.body).toString()) as { sealed: string };
    expect(reasonFor(tampered((body) => ({ ...body, sealed })))).toBe('the sealed part could not be opened');
  });

  it("are refused when they are opened with another account's key", () => {
    expect(reasonFor(record(), new Sealer(Buffer.alloc(32, 2)))).toBe('the sealed part could not be opened');
  });

  it.each([
    ['is no object', 'hello', 'invalid_type at /'],
    ['lacks the personal part', { endUser: {} }, 'invalid_type at /personal'],
    ['lacks the end user', { personal: { name: 'a', previousName: 'b' } }, 'invalid_type at /endUser'],
    [
      'has a member too many',
      { endUser: {}, personal: { name: 'a', previousName: 'b', secret: 'c' } },
      'unrecognized_keys at /personal',
    ],
    [
      'has a member of another kind',
      { endUser: {}, personal: { name: 1, previousName: 'b' } },
      'invalid_type at /personal/name',
    ],
  ])('are refused when what was sealed %s', (_, plain, reason) => {
    expect(reasonFor(resealed(plain))).toBe(reason);
  });

  it('are refused as a type that the catalogue lacks', () => {
    for (const type of ['PasskeyForgotten', 'constructor', '__proto__', 'toString']) {
      const recorded = { ...tampered((body) => ({ ...body, type })), type };
      expect(reasonFor(recorded)).toBe('the catalogue has no such event');
    }
  });
});
