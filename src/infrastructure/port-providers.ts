import type { Provider } from '@nestjs/common';
import { KnownAccounts } from '../application/accounts/known-accounts.js';
import { AUDIT_CODEC } from '../application/ports/audit-codec.js';
import { BACKGROUND } from '../application/ports/background.js';
import { CEREMONY_GATE } from '../application/ports/ceremony-gate.js';
import { CHECKPOINTS } from '../application/ports/checkpoints.js';
import { CLOCK } from '../application/ports/clock.js';
import { CLAIM_CODEC } from '../application/ports/claim-codec.js';
import { DEVICE_MODELS } from '../application/ports/device-models.js';
import { EPHEMERAL_STORE } from '../application/ports/ephemeral-store.js';
import { ERASURE_CODEC, ERASURE_RECEIPTS } from '../application/ports/erasure.js';
import { EVENT_CODEC } from '../application/ports/event-codec.js';
import { EVENT_STORE } from '../application/ports/event-store.js';
import { EMAIL_ADDRESSES, ONE_TIME_CODES, PHONE_NUMBERS, TOTP_CODES } from '../application/ports/factors.js';
import { IDENTIFIERS } from '../application/ports/identifiers.js';
import { JOB_QUEUE } from '../application/ports/jobs.js';
import { KEYRING } from '../application/ports/keyring.js';
import { LIVENESS_PROVIDERS } from '../application/ports/liveness.js';
import { LIVENESS_REFUSALS } from '../application/ports/liveness-refusals.js';
import { MESSENGER } from '../application/ports/messaging.js';
import { RATE_LIMITS } from '../application/ports/rate-limits.js';
import { READ_MODELS } from '../application/ports/read-models.js';
import { POLICIES } from '../application/ports/relying-parties.js';
import { SERVICE_KEY } from '../application/ports/service-key.js';
import { SHA256 } from '../application/ports/sha256.js';
import { SNAPSHOT_STORE } from '../application/ports/snapshot-store.js';
import { TOKENS, TRANSACTION_DIGESTS } from '../application/ports/tokens.js';
import { SECURITY_EVENT_SENDER } from '../application/ports/security-events.js';
import { WEBHOOK_SENDER } from '../application/ports/webhooks.js';
import {
  ASSERTION_VERIFIER,
  CEREMONIES,
  PASSKEY_PROVIDERS,
  REGISTRATION_VERIFIER,
} from '../application/ports/webauthn.js';
import { StoredCheckpoints } from './audit/stored-checkpoints.js';
import { CanonicalAuditCodec } from './codec/audit-codec.js';
import { CanonicalClaimCodec } from './codec/claim-codec.js';
import { CanonicalErasureCodec } from './codec/erasure-codec.js';
import { RelyingParties } from './config/relying-parties.js';
import { AppleAwareDeviceModels } from './devices/device-models.js';
import { SingleEmailAddresses } from './factors/email-addresses.js';
import { HmacOneTimeCodes } from './factors/one-time-codes.js';
import { LibPhoneNumbers } from './factors/phone-numbers.js';
import { OtplibTotp } from './factors/totp.js';
import { CryptoIdentifiers } from './keys/identifiers.js';
import { Sealer } from './keys/sealer.js';
import { sha256 } from './keys/sha256.js';
import { ConfiguredLiveness } from './liveness/configured-liveness.js';
import { carriersFor } from './messaging/carriers.js';
import { ChannelMessenger } from './messaging/channel-messenger.js';
import { Outbox } from './messaging/outbox.js';
import { CommandMetrics } from './observability/command-metrics.js';
import { LOGGER } from './observability/logger.js';
import { PROCESSES_KEPT_UP, PROJECTIONS_KEPT_UP } from './observability/readiness.js';
import { ReportedLivenessRefusals } from './observability/reported-liveness-refusals.js';
import type { Service } from './service.js';
import { ApiKeys } from './service/api-keys.js';
import { JwtErasureReceipts } from './tokens/jwt-erasure-receipts.js';
import { JwtTokens } from './tokens/jwt-tokens.js';
import { PositionTokens } from './tokens/position-tokens.js';
import { RS256, SigningKeys } from './tokens/signing-keys.js';
import { CanonicalTransactionDigests } from './tokens/transaction-digests.js';
import { ConsoleSessions } from './web/console-sessions.js';
import { PageOrigin } from './web/page-origin.js';
import { PortalSessions } from './web/portal-sessions.js';
import { Receivers } from './webhooks/receivers.js';
import { SecurityEventTokens } from './webhooks/security-event-tokens.js';
import { StandardWebhooks } from './webhooks/standard-webhooks.js';
import { AaguidNames } from './webauthn/providers.js';
import { CachedKeyAssertionVerifier } from './webauthn/assertion-verifier.js';
import { SealedCeremonies } from './webauthn/sealed-ceremonies.js';
import { SimpleWebAuthnRegistrationVerifier } from './webauthn/registration-verifier.js';

const EVENT_SIGNING_KEYS = Symbol('EventSigningKeys');

/** Which adapter stands behind each port. */
export function portProviders(service: Service): readonly Provider[] {
  const { clock, relyingParties, settings, tier } = service;
  const sealer = (purpose: string): Sealer => new Sealer(tier.keys.derive(purpose));
  const carriers = carriersFor(settings, service.outbox);
  const liveness = new ConfiguredLiveness(settings, clock, tier.ephemeral, settings.issuer);
  const apiKeys = new ApiKeys(tier.apiKeys);
  const origin = new PageOrigin(settings.issuer);
  const receivers = new Receivers(tier.goneReceivers, clock, service.logger);
  const positions = new PositionTokens(tier.keys.derive('positions'));
  const withResets = service.relyingParties.all().flatMap(({ reset, slug }) => (reset ? [slug] : []));
  const values: readonly (readonly [token: symbol | (new (...args: never[]) => unknown), value: unknown])[] =
    [
      [CLOCK, clock],
      [BACKGROUND, service.background],
      [LOGGER, service.logger],
      [CommandMetrics, service.metrics],
      [RelyingParties, service.relyingParties],
      [POLICIES, service.relyingParties],
      [PageOrigin, origin],
      [ApiKeys, apiKeys],
      [Outbox, service.outbox],
      [EVENT_STORE, tier.events],
      [EVENT_CODEC, tier.codec],
      [CLAIM_CODEC, new CanonicalClaimCodec()],
      [AUDIT_CODEC, new CanonicalAuditCodec()],
      [ERASURE_CODEC, new CanonicalErasureCodec()],
      [KEYRING, tier.keyring],
      [SNAPSHOT_STORE, tier.snapshots],
      [EPHEMERAL_STORE, tier.ephemeral],
      [RATE_LIMITS, tier.rateLimits],
      [READ_MODELS, tier.readModels],
      [PROJECTIONS_KEPT_UP, tier.projections],
      [PROCESSES_KEPT_UP, tier.processes],
      [JOB_QUEUE, tier.jobs],
      [IDENTIFIERS, new CryptoIdentifiers(tier.keys)],
      [CEREMONY_GATE, tier.gate],
      [CEREMONIES, new SealedCeremonies(sealer('ceremonies'))],
      [REGISTRATION_VERIFIER, new SimpleWebAuthnRegistrationVerifier()],
      [ASSERTION_VERIFIER, new CachedKeyAssertionVerifier()],
      [PASSKEY_PROVIDERS, new AaguidNames()],
      [DEVICE_MODELS, new AppleAwareDeviceModels()],
      [PHONE_NUMBERS, new LibPhoneNumbers()],
      [EMAIL_ADDRESSES, new SingleEmailAddresses()],
      [ONE_TIME_CODES, new HmacOneTimeCodes(tier.keys.derive('one-time-codes'))],
      [TOTP_CODES, new OtplibTotp()],
      [LIVENESS_PROVIDERS, liveness],
      [ConfiguredLiveness, liveness],
      [LIVENESS_REFUSALS, new ReportedLivenessRefusals(service.metrics, service.logger, withResets)],
      [MESSENGER, new ChannelMessenger(service.relyingParties.bySlug, carriers)],
      [TRANSACTION_DIGESTS, new CanonicalTransactionDigests()],
      [SERVICE_KEY, sealer('service')],
      [SHA256, sha256],
      [CHECKPOINTS, new StoredCheckpoints(tier.checkpoints, sealer('log-keys'), settings.issuer, clock)],
      [ConsoleSessions, new ConsoleSessions(tier.ephemeral, sealer('console'), apiKeys, origin, clock)],
      [PositionTokens, positions],
      [Receivers, receivers],
      [
        WEBHOOK_SENDER,
        new StandardWebhooks(relyingParties.all(), settings.webhookSecrets, positions, clock, receivers),
      ],
    ];
  return [
    ...values.map(([provide, useValue]) => ({ provide, useValue })),
    {
      provide: SigningKeys,
      useFactory: () => SigningKeys.open(tier.signingKeys, sealer('signing-keys'), clock),
    },
    {
      provide: EVENT_SIGNING_KEYS,
      // None is made where nobody takes what it would sign.
      useFactory: () =>
        relyingParties.all().some(({ securityEvents }) => securityEvents !== undefined)
          ? SigningKeys.open(tier.eventSigningKeys, sealer('event-signing-keys'), clock, RS256)
          : null,
    },
    {
      provide: TOKENS,
      inject: [SigningKeys, EVENT_SIGNING_KEYS],
      useFactory: (keys: SigningKeys, eventKeys: SigningKeys | null) =>
        new JwtTokens(keys, settings.issuer, eventKeys),
    },
    {
      provide: SECURITY_EVENT_SENDER,
      inject: [EVENT_SIGNING_KEYS],
      useFactory: (keys: SigningKeys | null) =>
        new SecurityEventTokens(relyingParties.all(), keys, settings.issuer, clock, receivers),
    },
    {
      provide: ERASURE_RECEIPTS,
      inject: [SigningKeys],
      useFactory: (keys: SigningKeys) => new JwtErasureReceipts(keys, settings.issuer),
    },
    {
      provide: PortalSessions,
      inject: [KnownAccounts],
      useFactory: (accounts: KnownAccounts) =>
        new PortalSessions(tier.ephemeral, tier.keyring, sealer('portal'), clock, accounts),
    },
  ];
}
