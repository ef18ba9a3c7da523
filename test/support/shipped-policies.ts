import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { loadPolicies } from '../../src/infrastructure/config/policy-files.js';

/** The policies that ship with the product, as production reads them. */
export const shippedPolicies = loadPolicies('config/relying-parties');

export const mpchat = shipped('mpchat');
export const moomoo = shipped('moomoo');

function shipped(slug: string): RelyingParty {
  const policy = shippedPolicies.get(as<RelyingPartySlug>(slug));
  if (policy === undefined) throw new Error(`no shipped policy is named ${slug}`);
  return policy;
}
