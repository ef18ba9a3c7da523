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
    const labels = new Set(policy.relatedOrigins.map(relatedLabel));
    labels.delete(undefined);
    const message = `names ${labels.size} different sites, and browsers heed no more than ${RELATED_LABELS}`;
    return labels.size > RELATED_LABELS ? [{ path: ['relatedOrigins'], message }] : [];
  }),
];

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
