import type { ErasureCompleted } from '../../domain/erasure/events.js';
import type { ReceiptId, RelyingPartySlug, UserHandle } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { EventToAppend, RecordedEvent } from './event-store.js';
import type { AuditCause } from './audit-codec.js';

/** Between what is recorded of finished erasures and its canonical bytes. Nothing in it is personal. */
export interface ErasureCodec {
  encode(stream: string, eventId: string, event: ErasureCompleted, cause: AuditCause): EventToAppend;
  /** @throws where the bytes are none of these events */
  decode(recorded: RecordedEvent): ErasureCompleted;
}

export const ERASURE_CODEC = Symbol('ErasureCodec');

/** What a receipt says. It names the account by its user handle: by its id, whoever has the receipt could try ids out. */
export interface ErasureReceipt {
  readonly rp: RelyingPartySlug;
  readonly receiptId: ReceiptId;
  readonly userHandle: UserHandle;
  readonly erasedAt: Instant;
  readonly completedAt: Instant;
  /** Of the account's last event. */
  readonly eventId: string;
}

/** Receipts as JWTs, signed with the keys that sign tokens. */
export interface ErasureReceipts {
  sign(receipt: ErasureReceipt): Promise<string>;
  /** The one that was signed before as long as its key is published; signed anew, it says the same. */
  current(signed: string, receipt: ErasureReceipt): Promise<string>;
}

export const ERASURE_RECEIPTS = Symbol('ErasureReceipts');
