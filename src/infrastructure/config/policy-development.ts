import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { isPath, pathOf } from './policy-addresses.js';

/**
 * The same product on one machine: its ceremonies count on this origin only, and nothing leads to its real
 * sites.
 */
export function forDevelopment(policy: RelyingParty, origin: string): RelyingParty {
  return {
    ...policy,
    rpId: 'localhost',
    origins: [origin],
    relatedOrigins: [],
    passkeyEndpoints: Object.fromEntries(
      Object.entries(policy.passkeyEndpoints).map(([use, url]) => [use, `${origin}${pathOf(url)}`]),
    ),
    entryPoints: policy.entryPoints.map((entryPoint) => ({
      ...entryPoint,
      returnTo: isPath(entryPoint.returnTo) ? entryPoint.returnTo : pathOf(entryPoint.returnTo),
    })),
  };
}
