import type { Clock } from '../../application/ports/clock.js';
import type {
  SecurityEvent,
  SecurityEventMessage,
  SecurityEventSender,
} from '../../application/ports/security-events.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { JwtSigner, seconds } from '../tokens/jwt-signer.js';
import type { SigningKeys } from '../tokens/signing-keys.js';
import type { ProductReceiver, Receivers } from './receivers.js';

/** RFC 8417 §2.3. */
const TYPE = 'secevent+jwt';
/** CAEP 1.0 §3. */
const EVENT_TYPES = 'https://schemas.openid.net/secevent/caep/event-type/';

interface Endpoint {
  readonly receiver: ProductReceiver;
  readonly audience: string;
}

/** Security event tokens (RFC 8417, CAEP 1.0), pushed as RFC 8935 has it, one event in each. */
export class SecurityEventTokens implements SecurityEventSender {
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly signer: JwtSigner | null;

  /** @param keys for RS256; null where no product has a receiver */
  constructor(
    policies: readonly RelyingParty[],
    keys: SigningKeys | null,
    private readonly issuer: string,
    private readonly clock: Clock,
    receivers: Receivers,
  ) {
    this.signer = keys && new JwtSigner(keys);
    for (const { securityEvents, slug } of policies) {
      if (securityEvents === undefined) continue;
      const { audience, url } = securityEvents;
      const receiver = receivers.at({ rp: slug, takes: 'security-events', url });
      this.endpoints.set(slug, { receiver, audience });
    }
  }

  async send({ slug }: RelyingParty, message: SecurityEventMessage): Promise<void> {
    const endpoint = this.endpoints.get(slug);
    if (endpoint === undefined || this.signer === null)
      throw new Error('a product without a receiver was to be sent a security event');
    const token = await this.signer.sign(TYPE, this.claims(message, endpoint.audience));
    await endpoint.receiver.post(
      { 'content-type': `application/${TYPE}`, accept: 'application/json' },
      token,
    );
  }

  /** There is neither `sub` nor `exp`, so that it is taken for no other token (SSF 1.0 §4.1.3). */
  private claims(message: SecurityEventMessage, audience: string): object {
    const { accountId, at, event, eventId, id, initiatingEntity, reason } = message;
    const user = { format: 'iss_sub', iss: this.issuer, sub: accountId };
    return {
      iss: this.issuer,
      aud: audience,
      jti: id,
      iat: seconds(this.clock.now()),
      txn: eventId,
      sub_id:
        event.kind === 'session-revoked' && event.sessionId !== null
          ? { format: 'complex', user, session: { format: 'opaque', id: event.sessionId } }
          : user,
      events: {
        [`${EVENT_TYPES}${event.kind}`]: {
          ...claimsOf(event),
          event_timestamp: seconds(at),
          initiating_entity: initiatingEntity,
          reason_admin: reason,
        },
      },
    };
  }
}

function claimsOf(event: SecurityEvent): object {
  switch (event.kind) {
    case 'session-revoked':
      return {};
    case 'credential-change':
      return {
        credential_type: event.credentialType,
        change_type: event.changeType,
        ...(event.aaguid !== null && { fido2_aaguid: event.aaguid }),
      };
    case 'assurance-level-change': {
      const { currentLevel, previousLevel } = event;
      return {
        namespace: 'NIST-AAL',
        current_level: currentLevel,
        previous_level: previousLevel,
        change_direction: currentLevel > previousLevel ? 'increase' : 'decrease',
      };
    }
  }
}
