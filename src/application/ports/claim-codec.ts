import type { SubjectId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { EventToAppend, RecordedEvent } from './event-store.js';

/**
 * What can happen in a stream that says whom a name belongs to. None of it is personal: the name stands in the
 * stream's name as a keyed hash, the account as our random id.
 */
export type ClaimType =
  'AccountReferenced' | 'CredentialClaimed' | 'IdentifierClaimed' | 'IdentifierReleased';

export interface Claim {
  readonly type: ClaimType;
  readonly at: Instant;
  readonly subject: SubjectId;
}

export interface ClaimCodec {
  encode(stream: string, eventId: string, claim: Claim): EventToAppend;
  /** @throws where the bytes are no claim */
  decode(recorded: RecordedEvent): Claim;
}

export const CLAIM_CODEC = Symbol('ClaimCodec');
