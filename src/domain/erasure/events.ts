import type { DomainEvent } from '../kernel/event.js';
import type { ReceiptId, SubjectId, UserHandle } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';

/**
 * Nothing personal of an account is readable any more, and nothing leads to it by a name. It stands in a stream of its own,
 * for the account's accepts nothing after its end.
 */
export type ErasureCompleted = DomainEvent<
  'ErasureCompleted',
  {
    readonly receiptId: ReceiptId;
    readonly subject: SubjectId;
    readonly userHandle: UserHandle;
    /** When the account's last event was recorded, and which it is. */
    readonly erasedAt: Instant;
    readonly eventId: string;
    /** As it was signed when it was done: a compact JWS (RFC 7515). */
    readonly receipt: string;
  }
>;
