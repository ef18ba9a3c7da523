import { streamPrefixesOf } from '../../src/application/audit/audit-streams.js';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { RunningServer } from './running-server.js';

/** The ids of all events that the store holds of a product, in order. */
export async function recordedOf({ service }: RunningServer, rp: string): Promise<readonly string[]> {
  const filter = { streamPrefixes: streamPrefixesOf(as<RelyingPartySlug>(rp)) };
  const ids = [];
  for await (const { eventId } of service.tier.events.readAll(0, filter)) ids.push(eventId);
  return ids;
}
