import type { ErasureCompleted } from '../../domain/erasure/events.js';
import type { ReceiptId, SubjectId, UserHandle } from '../../domain/kernel/ids.js';
import type { EventCatalogue } from './event-definition.js';
import { base64url, id, instant, members, nothing, text } from './schema-parts.js';

/** Every event in the streams of finished erasures. */
export const ERASURE_EVENTS: EventCatalogue<ErasureCompleted> = {
  ErasureCompleted: {
    summary: 'Nothing personal of an account is readable any more. It stands in `erasure-{rp}.{receiptId}`.',
    data: members({
      receiptId: id<ReceiptId>(),
      subject: id<SubjectId>().describe('The account, by our random id.'),
      userHandle: base64url<UserHandle>().describe('Its WebAuthn `user.id`, by which the receipt names it.'),
      erasedAt: instant.describe("When the account's last event was recorded."),
      eventId: id().describe('That event.'),
      receipt: text.describe('As it was signed when it was done: a compact JWS (RFC 7515).'),
    }),
    personal: nothing,
  },
};
