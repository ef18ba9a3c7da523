import type { DomainEvent } from '../kernel/event.js';
import type { SubjectId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';

/** What of the history was read: the events, or a report that names the accounts they are of. */
export const READ_KINDS = [
  'search',
  'account-history',
  'export',
  'subscription',
  'passkey-inventory',
  'dormant-passkeys',
  'below-policy',
] as const;
export type ReadKind = (typeof READ_KINDS)[number];

/** What a reader of the history asked for; null where it set no limit. */
export interface ReadLimits {
  /** The account by our random id. */
  readonly subject: SubjectId | null;
  readonly eventType: string | null;
  readonly eventActor: string | null;
  readonly correlationId: string | null;
  /** A passkey's id, or a credential's. */
  readonly credential: string | null;
  /** From this moment on. */
  readonly from: Instant | null;
  /** Before this moment. */
  readonly before: Instant | null;
}

/**
 * Somebody read the history. It stands in a stream of its own for each relying party, so that reading touches no
 * account, and it is an event of the log like any other: reading about reads is recorded too.
 */
export type HistoryRead = DomainEvent<
  'HistoryRead',
  ReadLimits & {
    /** The id of the API key that read, as `latchkey keys list` shows it. */
    readonly keyId: string;
    readonly what: ReadKind;
    /** Personal values were asked for in the clear. */
    readonly personalOpened: boolean;
    /** How many events the relying party's log held then: none after those was shown. */
    readonly logSize: number;
  }
>;

export type AuditEvent = HistoryRead;
