import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import { erasureStream } from '../../src/application/erasure/erasure-streams.js';
import type { ErasureCompleted } from '../../src/domain/erasure/events.js';
import type { ReceiptId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { UndecodableEvent } from '../../src/infrastructure/codec/codec-errors.js';
import { CanonicalErasureCodec } from '../../src/infrastructure/codec/erasure-codec.js';

const RECEIPT_ID = as<ReceiptId>('cmVjZWlwdC1pZA');
const STREAM = erasureStream(as('mpchat'), RECEIPT_ID);
const EVENT_ID = '065277f5-2983-8014-ace5-25b9cdd764e3';
const CAUSE = { actor: 'system', correlationId: 'correlation-1', causationId: 'causation-1' } as const;
const COMPLETED: ErasureCompleted = {
  type: 'ErasureCompleted',
  at: 1_764_000_001_000,
  data: {
    receiptId: RECEIPT_ID,
    subject: as('subject-1'),
    userHandle: as('dXNlci1oYW5kbGU'),
    erasedAt: 1_764_000_000_000,
    eventId: '165277f5-2983-8014-ace5-25b9cdd764e3',
    receipt: 'header.payload.signature',
  },
  personal: {},
};

const codec = new CanonicalErasureCodec();
const recorded = {
  ...codec.encode(STREAM, EVENT_ID, COMPLETED, CAUSE),
  stream: STREAM,
  revision: 0,
  position: 1,
};

describe('a stored end of an erasure', () => {
  it('reads as it was written, and its bytes are canonical', () => {
    expect(codec.decode(recorded)).toStrictEqual(COMPLETED);
    const text = Buffer.from(recorded.body).toString();
    expect(text).toBe(canonicalize(JSON.parse(text) as object));
  });

  it('has this form for ever', () => {
    expect(Buffer.from(recorded.body).toString()).toBe(
      '{"actor":"system","at":1764000001000,"causationId":"causation-1","correlationId":"correlation-1","data":{' +
        '"erasedAt":1764000000000,"eventId":"165277f5-2983-8014-ace5-25b9cdd764e3",' +
        '"receipt":"header.payload.signature","receiptId":"cmVjZWlwdC1pZA","subject":"subject-1",' +
        '"userHandle":"dXNlci1oYW5kbGU"},"eventId":"065277f5-2983-8014-ace5-25b9cdd764e3","schemaVersion":1,' +
        '"stream":"erasure-mpchat.cmVjZWlwdC1pZA","type":"ErasureCompleted"}',
    );
  });

  it.each([
    ['stream', { stream: 'erasure-moomoo.cmVjZWlwdC1pZA' }],
    ['event id', { eventId: '265277f5-2983-8014-ace5-25b9cdd764e3' }],
    ['type', { type: 'AccountErased' }],
    ['bytes', { body: Buffer.from('{') }],
  ])('is refused where its %s is another', (_what, altered) => {
    expect(() => codec.decode({ ...recorded, ...altered })).toThrow(UndecodableEvent);
  });
});
