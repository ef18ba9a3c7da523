import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Policies } from '../ports/relying-parties.js';

/**
 * The product was taken out of service while the job waited, or its policy file is missing by mistake. Done for nothing, the
 * job would be missed once the product is back: it is tried again, and in the end kept for an operator.
 */
export class ProductUnknown extends Error {
  readonly reason = 'no policy for the product';

  constructor() {
    super('no policy for the product of a job');
    this.name = 'ProductUnknown';
  }
}

/** @throws ProductUnknown */
export function productOfJob(policies: Policies, slug: RelyingPartySlug): RelyingParty {
  const policy = policies.find(slug);
  if (policy === undefined) throw new ProductUnknown();
  return policy;
}
