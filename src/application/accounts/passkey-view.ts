import type { AccountEvent, Capability, Transport } from '../../domain/account/events.js';
import { personalOf, REDACTED } from '../../domain/kernel/event.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { PasskeyProviders } from '../ports/webauthn.js';

/** A passkey as its owner sees it. */
export interface PasskeyView {
  readonly passkeyId: PasskeyId;
  readonly name: string;
  readonly createdAt: Instant;
  /** Null until it was first used. */
  readonly lastUsedAt: Instant | null;
  /** Where it is kept, as its AAGUID says; null where that says nothing. Display only: nothing vouches for it. */
  readonly provider: string | null;
  readonly capabilities: readonly Capability[];
  readonly transports: readonly Transport[];
  /** As of its latest use. */
  readonly synced: boolean;
  readonly status: 'active' | 'suspended';
}

export function viewOfRegistered(events: readonly AccountEvent[], providers: PasskeyProviders): PasskeyView {
  const registered = events.find((event) => event.type === 'PasskeyRegistered');
  if (registered === undefined) throw new Error('a registration was accepted without its event');
  const { data } = registered;
  return {
    passkeyId: data.passkeyId,
    name: personalOf(registered)?.name ?? REDACTED,
    createdAt: registered.at,
    lastUsedAt: null,
    provider: providers.nameOf(data.aaguid),
    capabilities: data.capabilities,
    transports: data.transports,
    synced: data.backedUp,
    status: 'active',
  };
}
