import type { RelyingParty } from '../../domain/policy/relying-party.js';

/** What browsers, systems and password managers fetch from a product's own site to know its pages and apps. */
export const WELL_KNOWN_FILES = [
  'webauthn',
  'apple-app-site-association',
  'assetlinks.json',
  'passkey-endpoints',
] as const;
export type WellKnownFile = (typeof WELL_KNOWN_FILES)[number];

/** Links opened by an app, and credentials shared with it: passkeys of an Android app need both. */
const RELATIONS = [
  'delegate_permission/common.handle_all_urls',
  'delegate_permission/common.get_login_creds',
];

/** @param products those whose site it is; in development they share one */
export function wellKnownFile(name: WellKnownFile, products: readonly RelyingParty[]): object {
  switch (name) {
    // WebAuthn L3 §5.11: the further origins at which the RP ID may be used.
    case 'webauthn':
      return { origins: distinct(products.flatMap(({ relatedOrigins }) => relatedOrigins)) };
    case 'apple-app-site-association':
      return { webcredentials: { apps: distinct(products.flatMap(({ iosAppIds }) => iosAppIds)) } };
    case 'assetlinks.json':
      return products.flatMap(({ androidApps }) => androidApps.map(assetLink));
    // An empty object is allowed, and says that passkeys are supported (W3C Passkey Endpoints §2).
    case 'passkey-endpoints':
      return products.length === 1 ? (products[0]?.passkeyEndpoints ?? {}) : {};
  }
}

function assetLink({ certificateFingerprints, packageName }: RelyingParty['androidApps'][number]): object {
  return {
    relation: RELATIONS,
    target: {
      namespace: 'android_app',
      package_name: packageName,
      sha256_cert_fingerprints: certificateFingerprints,
    },
  };
}

/**
 * The products of a site: those whose RP ID the host is, else those of whose own origins it is one. What another product may do at
 * its own RP ID says nothing of this one's. A port says nothing.
 */
export function productsAt(host: string, products: readonly RelyingParty[]): readonly RelyingParty[] {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const named = products.filter(({ rpId }) => rpId === name);
  if (named.length > 0) return named;
  return products.filter(({ origins }) =>
    origins.some((origin) => origin.startsWith('https://') && new URL(origin).hostname === name),
  );
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
