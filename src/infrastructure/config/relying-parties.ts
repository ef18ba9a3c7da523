import type { Policies } from '../../application/ports/relying-parties.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';

/** All products that the service runs, by slug. */
export class RelyingParties implements Policies {
  constructor(readonly bySlug: ReadonlyMap<RelyingPartySlug, RelyingParty>) {}

  find(slug: RelyingPartySlug): RelyingParty | undefined {
    return this.bySlug.get(slug);
  }

  all(): readonly RelyingParty[] {
    return [...this.bySlug.values()];
  }
}
