import type { z } from 'zod';
import { PLATFORMS } from '../../domain/policy/device.js';
import type { NamedNotice } from '../../domain/policy/notice-texts.js';
import { NOTICE_PLACEHOLDERS } from '../../domain/policy/notice-texts.js';
import { WEBHOOK_EVENTS } from '../../domain/policy/webhooks.js';
import { LANGUAGES } from '../../domain/texts/language.js';
import {
  androidPackage,
  certificateFingerprint,
  deliveryUrl,
  httpsOrigin,
  httpsUrl,
  iosAppId,
  origin,
  returnAddress,
  rpId,
} from './policy-addresses.js';
import {
  PARAMETER_NAME,
  duration,
  listOf,
  localText,
  matching,
  namedBy,
  oneLine,
  oneOf,
  sectionOf,
  timeZone,
  version,
  wholeNumber,
  yesOrNo,
  someOf,
  template,
} from './policy-values.js';

const NAME = matching('lower-case letters, digits and hyphens', /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const CODE_FACTOR = oneOf(['sms', 'email', 'totp']);
/** A password is the product's own word for a sign-in: it proves no action. */
const METHOD = oneOf(['passkey', 'sms', 'email', 'totp']);

const floor = sectionOf({
  platform: oneOf(PLATFORMS),
  osVersion: version.exactOptional(),
  appVersions: sectionOf({
    mobile: version.exactOptional(),
    desktop: version.exactOptional(),
    web: version.exactOptional(),
  }).default({}),
});

const action = sectionOf({
  name: NAME,
  title: localText(60).exactOptional(),
  text: template(200),
  alternatives: listOf(listOf(METHOD, 1), 1),
  lifetime: duration('24h'),
  singleUse: yesOrNo,
  sensitive: yesOrNo,
  stoppedBy: listOf(oneOf(['reset', 'phone-change', 'email-change'])),
});

const entryPoint = sectionOf({
  name: NAME,
  title: localText(60),
  purposeText: localText(200),
  returnTo: returnAddress,
  complianceStep: yesOrNo,
});

/** The shape of a policy file. What two values say of each other is judged in policy-rules.ts. */
export const POLICY = sectionOf({
  slug: NAME,
  name: oneLine(64),
  rpId,
  origins: listOf(origin, 1),
  relatedOrigins: listOf(httpsOrigin),
  iosAppIds: listOf(iosAppId),
  androidApps: listOf(
    sectionOf({ packageName: androidPackage, certificateFingerprints: listOf(certificateFingerprint, 1) }),
  ),
  passkeyEndpoints: sectionOf({
    enroll: httpsUrl.exactOptional(),
    manage: httpsUrl.exactOptional(),
  }).default({}),
  timeZone,
  passkeys: sectionOf({
    maximum: wholeNumber(1),
    removal: oneOf(['with-proof', 'reset-only']),
    nameMaximumLength: wholeNumber(1, 64),
    cloneConsequence: oneOf(['flagged', 'suspended']),
    attestation: oneOf(['none', 'direct']),
    unvouchedWait: duration(),
  }),
  factors: sectionOf({
    beforeBinding: listOf(CODE_FACTOR, 1),
    // OWASP ASVS 6.5.5: a code sent out of band lives for at most ten minutes.
    codeLifetime: duration('10m'),
    // Ten guesses hit one of a million codes once in a hundred thousand checks.
    codeMaximumGuesses: wholeNumber(1, 10),
    grantLifetime: duration('1h'),
    proposalLifetime: duration('7d'),
  }),
  lockOut: sectionOf({
    failures: wholeNumber(1, 100),
    window: duration(),
    duration: duration(),
    // NIST SP 800-63B-4 §3.2.2: no more than 100 consecutive failed attempts of one authenticator.
    failuresInARow: wholeNumber(1, 100),
  }),
  coolingOff: sectionOf({
    reset: duration(),
    'phone-change': duration(),
    'email-change': duration().exactOptional(),
  }),
  reset: sectionOf({
    provider: oneOf(['sumsub']),
    level: oneLine(100),
    faceMatchRequired: yesOrNo,
    attemptsPerDay: wholeNumber(1, 100),
    lifetime: duration('24h'),
    window: duration('24h'),
  }).exactOptional(),
  signIn: sectionOf({ fallbacks: listOf(oneOf(['sms', 'email', 'totp', 'password'])) }),
  newDeviceApproval: sectionOf({
    required: yesOrNo,
    lifetime: duration('1h'),
    // Each is a guess at one of ninety.
    wrongNumbers: wholeNumber(1, 5),
    pause: duration('24h'),
    recoveryWait: duration('30d'),
  }),
  devices: sectionOf({
    floors: listOf(floor, 1),
    screenLockRequired: yesOrNo,
    passwordsAppUrl: httpsUrl.exactOptional(),
  }),
  actions: listOf(action),
  parameters: namedBy('the name of a parameter, such as amount', PARAMETER_NAME, localText(40)).default({}),
  entryPoints: listOf(entryPoint, 1),
  webhooks: sectionOf({
    url: deliveryUrl,
    events: listOf(oneOf(WEBHOOK_EVENTS), 1).exactOptional(),
  }).exactOptional(),
  securityEvents: sectionOf({ url: deliveryUrl, audience: oneLine(200) }).exactOptional(),
  texts: sectionOf({
    locale: oneOf(LANGUAGES),
    repudiation: localText(300),
    notices: someOf(
      Object.keys(NOTICE_PLACEHOLDERS) as NamedNotice[],
      sectionOf({ subject: template(100), happened: template(400) }),
    ).default({}),
  }),
});

export type PolicyFile = z.output<typeof POLICY>;
