import type { AccountId, SessionId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';

/** NIST SP 800-63B-4: a code is single-factor, a passkey with user verification is multi-factor. */
export type AssuranceLevel = 'nist-aal1' | 'nist-aal2';

/** What changed, in the terms of the Continuous Access Evaluation Profile 1.0 (CAEP). */
export type SecurityEvent =
  /** CAEP §3.1. */
  | {
      readonly kind: 'session-revoked';
      /** Null: every session of the account. */
      readonly sessionId: SessionId | null;
    }
  /** CAEP §3.3. */
  | {
      readonly kind: 'credential-change';
      readonly credentialType: 'fido2-platform' | 'fido2-roaming' | 'phone-sms' | 'email' | 'app';
      readonly changeType: 'create' | 'revoke' | 'update' | 'delete';
      /** Null where it is none or says nothing. */
      readonly aaguid: string | null;
    }
  /** CAEP §3.4. */
  | {
      readonly kind: 'assurance-level-change';
      readonly currentLevel: AssuranceLevel;
      readonly previousLevel: AssuranceLevel;
    };

/** A security event of an account, to be told to the product's receiver. */
export interface SecurityEventMessage {
  /** The same for every try, and for nothing else. */
  readonly id: string;
  /** Of the recorded event that it is from: others may be from it too. */
  readonly eventId: string;
  readonly accountId: AccountId;
  readonly event: SecurityEvent;
  readonly at: Instant;
  readonly initiatingEntity: 'admin' | 'user' | 'policy' | 'system';
  /** For whoever looks after the receiver. */
  readonly reason: Readonly<Record<Language, string>>;
}

export interface SecurityEventSender {
  /**
   * Answers when the product's receiver has taken it over.
   * @throws WebhookNotDelivered
   */
  send(policy: RelyingParty, message: SecurityEventMessage): Promise<void>;
}

export const SECURITY_EVENT_SENDER = Symbol('SecurityEventSender');
