import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { Claim, ClaimType } from '../../src/application/ports/claim-codec.js';
import { as } from '../../src/domain/kernel/ids.js';
import { CanonicalClaimCodec } from '../../src/infrastructure/codec/claim-codec.js';
import { UndecodableEvent } from '../../src/infrastructure/codec/codec-errors.js';

const STREAM = 'credential-wallet.example.YWJj';
const EVENT_ID = '065277f5-2983-8014-ace5-25b9cdd764e3';
const codec = new CanonicalClaimCodec();
const types: readonly ClaimType[] = [
  'AccountReferenced',
  'CredentialClaimed',
  'IdentifierClaimed',
  'IdentifierReleased',
];

function recordedOf(claim: Claim) {
  return { ...codec.encode(STREAM, EVENT_ID, claim), stream: STREAM, revision: 0, position: 1 };
}

describe('a stored claim', () => {
  it('reads as it was written, and its bytes are canonical', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.nat(), fc.base64String(), (type, at, subject) => {
        const claim: Claim = { type, at, subject: as(subject) };
        const recorded = recordedOf(claim);
        expect(codec.decode(recorded)).toStrictEqual(claim);
        const text = Buffer.from(recorded.body).toString();
        expect(text).toBe(canonicalize(JSON.parse(text) as object));
      }),
    );
  });

  it('has this form for ever', () => {
    const { body } = recordedOf({
      type: 'CredentialClaimed',
      at: 1_764_000_000_000,
      subject: as('subject-1'),
    });
    expect(Buffer.from(body).toString()).toBe(
      '{"at":1764000000000,"data":{"subjectId":"subject-1"},"eventId":"065277f5-2983-8014-ace5-25b9cdd764e3",' +
        '"schemaVersion":1,"stream":"credential-wallet.example.YWJj","type":"CredentialClaimed"}',
    );
  });

  it.each([
    ['stream', { stream: 'credential-wallet.example.eHl6' }],
    ['event id', { eventId: '165277f5-2983-8014-ace5-25b9cdd764e3' }],
    ['type', { type: 'AccountReferenced' }],
    ['bytes', { body: Buffer.from('{') }],
  ])('is refused where its %s is another', (_what, altered) => {
    const recorded = recordedOf({ type: 'CredentialClaimed', at: 1, subject: as('subject-1') });
    expect(() => codec.decode({ ...recorded, ...altered })).toThrow(UndecodableEvent);
  });
});
