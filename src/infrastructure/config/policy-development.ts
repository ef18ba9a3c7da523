import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { isOnThisMachine, isPath, pathOf } from './policy-addresses.js';

export interface DevelopmentOptions {
  /** The only one whose ceremonies count. */
  readonly origin: string;
  /** `sumsub` leaves the provider to the policy. */
  readonly liveness?: 'simulator' | 'sumsub';
}

/**
 * The same product on one machine: its ceremonies count on this origin only, and nothing leads to its real
 * sites.
 */
export function forDevelopment(
  policy: RelyingParty,
  { origin, liveness = 'simulator' }: DevelopmentOptions,
): RelyingParty {
  const { securityEvents, webhooks, ...rest } = policy;
  return {
    ...rest,
    rpId: 'localhost',
    origins: [origin],
    relatedOrigins: [],
    passkeyEndpoints: Object.fromEntries(
      Object.entries(policy.passkeyEndpoints).map(([use, url]) => [use, `${origin}${pathOf(url)}`]),
    ),
    ...(policy.reset !== undefined && {
      reset: { ...policy.reset, provider: liveness === 'simulator' ? liveness : policy.reset.provider },
    }),
    ...(webhooks !== undefined && isOnThisMachine(webhooks.url) && { webhooks }),
    ...(securityEvents !== undefined && isOnThisMachine(securityEvents.url) && { securityEvents }),
    entryPoints: policy.entryPoints.map((entryPoint) => ({
      ...entryPoint,
      returnTo: isPath(entryPoint.returnTo) ? entryPoint.returnTo : pathOf(entryPoint.returnTo),
    })),
  };
}
