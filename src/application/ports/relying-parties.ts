import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';

/** The policies of the products that the service runs: for what no request has brought one to. */
export interface Policies {
  find(slug: RelyingPartySlug): RelyingParty | undefined;
  all(): readonly RelyingParty[];
}

export const POLICIES = Symbol('Policies');
