import { getDomainWithoutSuffix } from 'tldts';
import type { Rule } from './policy-rule.js';
import { each, rule } from './policy-rule.js';
import { POLICY } from './policy-schema.js';

const { relatedOrigins, rpId } = POLICY.shape;

/** WebAuthn L3 §5.11.1: what every client supports, and the most that any known one does. */
const RELATED_LABELS = 5;

const IS_SUFFIX = 'expected a name below a public suffix, not the suffix itself';

/** What a policy says of sites, judged by the Public Suffix List, by which browsers tell one site from another. */
export const publicSuffixRules: readonly Rule[] = [
  // Anybody may have a site below it, so browsers let none of those sites use it.
  rule({ rpId }, (policy) =>
    registrableLabel(policy.rpId) === undefined ? [{ path: ['rpId'], message: IS_SUFFIX }] : [],
  ),
  rule({ relatedOrigins }, (policy) =>
    each(policy.relatedOrigins, ['relatedOrigins'], (origin) =>
      relatedLabel(origin) === undefined ? IS_SUFFIX : undefined,
    ),
  ),
  rule({ relatedOrigins }, (policy) => {
    const size = relatedSites(policy.relatedOrigins);
    const message = `names ${size} different sites, and browsers heed no more than ${RELATED_LABELS}`;
    return size > RELATED_LABELS ? [{ path: ['relatedOrigins'], message }] : [];
  }),
];

interface Product {
  readonly slug: string;
  readonly rpId: string;
  readonly relatedOrigins: readonly string[];
}

/** What is wrong with the related origins of products that share an RP ID, and so the one file in which browsers read them. */
export function sharedOriginProblems(products: readonly Product[]): readonly string[] {
  const sharing = new Map<string, readonly Product[]>();
  for (const product of products) {
    sharing.set(product.rpId, [...(sharing.get(product.rpId) ?? []), product]);
  }
  return [...sharing].flatMap(([id, all]) => {
    const size = relatedSites(all.flatMap((product) => product.relatedOrigins));
    // One product alone is told of its own file.
    if (all.length === 1 || size <= RELATED_LABELS) return [];
    const files = all.map(({ slug }) => `${slug}.yaml`).join(', ');
    return [
      `${files}: relatedOrigins: name ${size} different sites for the RP ID ${id} that they share, and browsers heed no more than ${RELATED_LABELS}`,
    ];
  });
}

function relatedSites(origins: readonly string[]): number {
  return new Set(origins.map(relatedLabel).filter((label) => label !== undefined)).size;
}

function relatedLabel(origin: string): string | undefined {
  return registrableLabel(new URL(origin).hostname);
}

/**
 * The registrable origin label, by which browsers count related origins (WebAuthn L3 §5.11.1): `mp` of `www.mp.co.uk`, and
 * of `mp.github.io`, for browsers heed the suffixes of hosting services too. A public suffix has none.
 */
function registrableLabel(host: string): string | undefined {
  return getDomainWithoutSuffix(host, { allowPrivateDomains: true }) ?? undefined;
}
