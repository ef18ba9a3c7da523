import type { OwnAction } from '../../domain/policy/own-actions.js';
import { OWN_ACTIONS } from '../../domain/policy/own-actions.js';
import { androidOriginOf, isAndroidOrigin, isPath, mayUseRpId } from './policy-addresses.js';
import { actionTextRules } from './action-text-rules.js';
import { noticeTextRules } from './notice-text-rules.js';
import type { PolicyProblem, Rule } from './policy-rule.js';
import { each, rule, unique } from './policy-rule.js';
import { POLICY } from './policy-schema.js';
import { publicSuffixRules } from './public-suffix-rules.js';

const { shape } = POLICY;

/** Path segments and names below `/v1` that are the service's own. */
const RESERVED_SLUGS: ReadonlySet<string> = new Set(
  (
    'admin api assets audit compliance console dev docs health latchkey metrics openapi portal ' +
    'security-center static v1 web webhooks well-known'
  ).split(' '),
);

/** Whoever stole a phone number must neither keep the owner out by them nor silence the owner. */
const BY_PASSKEY_ONLY: ReadonlySet<string> = new Set<OwnAction>(['cancel-reset', 'dispute-reset']);
const UNSTOPPABLE: ReadonlySet<string> = new Set<OwnAction>(['cancel-reset', 'dispute-reset']);

/**
 * What the values of a policy say of each other. A rule looks only at the part that it is about, so that a
 * mistake elsewhere doesn't hide what it finds; while that part itself is malformed, it is silent.
 */
export function brokenRules(policy: unknown, fileName: string): readonly PolicyProblem[] {
  return [slugRule(fileName), ...RULES].flatMap((rule) => rule(policy));
}

const slugRule = (fileName: string): Rule =>
  rule({ slug: shape.slug }, ({ slug }) => [
    ...(`${slug}.yaml` === fileName
      ? []
      : [{ path: ['slug'], message: `expected the name of the file, ${fileName.replace(/\.yaml$/, '')}` }]),
    ...(RESERVED_SLUGS.has(slug) ? [{ path: ['slug'], message: 'reserved for the service itself' }] : []),
  ]);

const RULES: readonly Rule[] = [
  ...actionTextRules,
  ...noticeTextRules,
  ...publicSuffixRules,
  rule({ rpId: shape.rpId, origins: shape.origins }, ({ rpId, origins }) =>
    each(origins, ['origins'], (value) =>
      isAndroidOrigin(value) || mayUseRpId(value, rpId)
        ? undefined
        : `expected a host that is ${rpId} or ends in .${rpId}`,
    ),
  ),
  rule({ rpId: shape.rpId, relatedOrigins: shape.relatedOrigins }, ({ rpId, relatedOrigins }) =>
    each(relatedOrigins, ['relatedOrigins'], (value) =>
      mayUseRpId(value, rpId) ? 'may use the RP ID anyway: it belongs to origins' : undefined,
    ),
  ),
  rule({ relatedOrigins: shape.relatedOrigins }, ({ relatedOrigins }) =>
    unique(relatedOrigins, ['relatedOrigins']),
  ),
  rule({ rpId: shape.rpId, passkeyEndpoints: shape.passkeyEndpoints }, ({ rpId, passkeyEndpoints }) =>
    Object.entries(passkeyEndpoints).flatMap(([use, url]) =>
      mayUseRpId(url, rpId)
        ? []
        : [
            {
              path: ['passkeyEndpoints', use],
              message: `expected a host that is ${rpId} or ends in .${rpId}`,
            },
          ],
    ),
  ),
  rule({ origins: shape.origins, androidApps: shape.androidApps }, ({ origins, androidApps }) => {
    const signed = new Set(androidApps.flatMap((app) => app.certificateFingerprints.map(androidOriginOf)));
    return [
      ...each(origins, ['origins'], (value) =>
        isAndroidOrigin(value) && !signed.has(value)
          ? 'the hash of none of the certificate fingerprints under androidApps'
          : undefined,
      ),
      ...[...signed]
        .filter((value) => !origins.includes(value))
        .map((value) => ({
          path: ['origins'],
          message: `lacks ${value}, the origin of an app under androidApps`,
        })),
    ];
  }),
  rule({ origins: shape.origins }, ({ origins }) => unique(origins, ['origins'])),
  rule({ entryPoints: shape.entryPoints }, ({ entryPoints }) =>
    unique(
      entryPoints.map(({ name }) => name),
      ['entryPoints'],
      ['name'],
    ),
  ),
  rule({ entryPoints: shape.entryPoints, origins: shape.origins }, ({ entryPoints, origins }) =>
    each(
      entryPoints,
      ['entryPoints'],
      ({ returnTo }) =>
        isPath(returnTo) || origins.includes(new URL(returnTo).origin)
          ? undefined
          : 'expected a path or an address of one of the origins',
      ['returnTo'],
    ),
  ),
  rule({ devices: shape.devices }, ({ devices }) =>
    unique(
      devices.floors.map(({ platform }) => platform),
      ['devices', 'floors'],
      ['platform'],
    ),
  ),
  rule({ factors: shape.factors }, ({ factors }) =>
    unique(factors.beforeBinding, ['factors', 'beforeBinding']),
  ),
  rule({ passkeys: shape.passkeys, reset: shape.reset }, ({ passkeys, reset }) =>
    passkeys.removal === 'reset-only' && reset === undefined
      ? [{ path: ['reset'], message: 'expected a section, for passkeys are removed by reset only' }]
      : [],
  ),
  // A passkey that is added after the cooling-off would be one that nothing ever held back.
  rule({ coolingOff: shape.coolingOff, reset: shape.reset }, ({ coolingOff, reset }) =>
    reset !== undefined && reset.window > coolingOff.reset
      ? [{ path: ['reset', 'window'], message: 'expected at most what coolingOff.reset says' }]
      : [],
  ),
  rule({ webhooks: shape.webhooks }, ({ webhooks }) =>
    unique(webhooks?.events ?? [], ['webhooks', 'events']),
  ),
  rule({ signIn: shape.signIn }, ({ signIn }) => unique(signIn.fallbacks, ['signIn', 'fallbacks'])),
  rule({ actions: shape.actions }, ({ actions }) => [
    ...unique(
      actions.map(({ name }) => name),
      ['actions'],
      ['name'],
    ),
    ...actions.flatMap(({ alternatives }, index) =>
      alternatives.flatMap((methods, place) => unique(methods, ['actions', index, 'alternatives', place])),
    ),
  ]),
  rule({ actions: shape.actions }, ({ actions }) => [
    ...OWN_ACTIONS.filter((own) => !actions.some(({ name }) => name === own)).map((own) => ({
      path: ['actions'],
      message: `lacks ${own}, which the service itself asks for`,
    })),
    ...each(
      actions,
      ['actions'],
      ({ name, singleUse }) =>
        isOwn(name) && !singleUse ? `expected true, for ${name} is one of the service's own` : undefined,
      ['singleUse'],
    ),
    // Otherwise a passkey that nobody vouched for could vouch for the next one.
    ...each(
      actions,
      ['actions'],
      ({ name, sensitive }) =>
        isOwn(name) && !sensitive ? `expected true, for ${name} is one of the service's own` : undefined,
      ['sensitive'],
    ),
    ...each(
      actions,
      ['actions'],
      ({ name, alternatives }) =>
        BY_PASSKEY_ONLY.has(name) && alternatives.some((methods) => !methods.includes('passkey'))
          ? `expected a passkey in every alternative of ${name}`
          : undefined,
      ['alternatives'],
    ),
    // Whoever gets a reset going must not thereby silence the owner who wants to stop it.
    ...each(
      actions,
      ['actions'],
      ({ name, stoppedBy }) =>
        UNSTOPPABLE.has(name) && stoppedBy.length > 0
          ? `expected an empty list: nothing may stop ${name}`
          : undefined,
      ['stoppedBy'],
    ),
  ]),
];

function isOwn(name: string): boolean {
  return OWN_ACTIONS.some((own) => own === name);
}
