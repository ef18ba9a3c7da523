import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import { auditStream } from '../../src/application/audit/audit-streams.js';
import type { AuditCause } from '../../src/application/ports/audit-codec.js';
import type { HistoryRead } from '../../src/domain/audit/events.js';
import { as } from '../../src/domain/kernel/ids.js';
import { CanonicalAuditCodec } from '../../src/infrastructure/codec/audit-codec.js';
import { UndecodableEvent } from '../../src/infrastructure/codec/codec-errors.js';

const STREAM = auditStream(as('mpchat'));
const EVENT_ID = '065277f5-2983-8014-ace5-25b9cdd764e3';
const CAUSE: AuditCause = { actor: 'client', correlationId: 'correlation-1', causationId: 'causation-1' };
const READ: HistoryRead = {
  type: 'HistoryRead',
  at: 1_764_000_000_000,
  data: {
    keyId: 'key-1',
    what: 'search',
    personalOpened: false,
    logSize: 12,
    subject: as('subject-1'),
    eventType: 'PasskeyUsed',
    eventActor: null,
    correlationId: null,
    credential: null,
    from: 1_763_000_000_000,
    before: null,
  },
  personal: {},
};

const codec = new CanonicalAuditCodec();
const recorded = {
  ...codec.encode(STREAM, EVENT_ID, READ, CAUSE),
  stream: STREAM,
  revision: 0,
  position: 1,
};

describe('a stored read of the history', () => {
  it('reads as it was written, and its bytes are canonical', () => {
    expect(codec.decode(recorded)).toStrictEqual({ event: READ, cause: CAUSE });
    const text = Buffer.from(recorded.body).toString();
    expect(text).toBe(canonicalize(JSON.parse(text) as object));
  });

  it('has this form for ever', () => {
    expect(Buffer.from(recorded.body).toString()).toBe(
      '{"actor":"client","at":1764000000000,"causationId":"causation-1","correlationId":"correlation-1","data":{' +
        '"before":null,"correlationId":null,"credential":null,"eventActor":null,"eventType":"PasskeyUsed",' +
        '"from":1763000000000,"keyId":"key-1","logSize":12,"personalOpened":false,"subject":"subject-1",' +
        '"what":"search"},"eventId":"065277f5-2983-8014-ace5-25b9cdd764e3","schemaVersion":1,' +
        '"stream":"audit-mpchat.reads","type":"HistoryRead"}',
    );
  });

  it.each([
    ['stream', { stream: 'audit-moomoo.reads' }],
    ['event id', { eventId: '165277f5-2983-8014-ace5-25b9cdd764e3' }],
    ['type', { type: 'AccountUnlocked' }],
    ['bytes', { body: Buffer.from('{') }],
  ])('is refused where its %s is another', (_what, altered) => {
    expect(() => codec.decode({ ...recorded, ...altered })).toThrow(UndecodableEvent);
  });
});
