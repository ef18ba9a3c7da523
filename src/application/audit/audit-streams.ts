import type { RelyingPartySlug } from '../../domain/kernel/ids.js';

/** Who read the history of a relying party: one stream for each of them, apart from all accounts. */
export function auditStream(rp: RelyingPartySlug): string {
  return `audit-${rp}.reads`;
}
