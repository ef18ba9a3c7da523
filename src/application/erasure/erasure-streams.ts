import type { ReceiptId, RelyingPartySlug } from '../../domain/kernel/ids.js';

/** All streams of finished erasures begin so. */
export const ERASURE_STREAMS = 'erasure-';

/** What an erasure came to: one event, found by its receipt. */
export function erasureStream(rp: RelyingPartySlug, receiptId: ReceiptId): string {
  return `${ERASURE_STREAMS}${rp}.${receiptId}`;
}
