import type { AccountId } from '../../domain/kernel/ids.js';
import type { Duration, Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { WebhookEvent } from '../../domain/policy/webhooks.js';
import type { Position } from './event-store.js';

/** What a product's backend is told. */
export interface Webhook {
  /** The event's: the same for every try, and for nothing else, so that the backend can tell that it has this one. */
  readonly id: string;
  readonly type: WebhookEvent;
  /** When it happened. */
  readonly at: Instant;
  /** Null of an erased account, whose id is known no more. */
  readonly accountId: AccountId | null;
  /** What the type says of it: ids, kinds and times. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Of the event. */
  readonly position: Position;
}

/**
 * Why a webhook was not taken: the receiver answered with another status than 2xx, says that it wants none any more (410), can't be
 * reached or doesn't answer in time, or is left alone for a while because it didn't.
 */
export type WebhookFailure = `http-${number}` | 'gone' | 'unreachable' | 'timeout' | 'resting';

/** Holds no word of what was sent or answered: it may be logged. */
export class WebhookNotDelivered extends Error {
  /** @param retryAfter in ms: the receiver wants to be left alone for so long */
  constructor(
    readonly reason: WebhookFailure,
    readonly retryAfter?: Duration,
  ) {
    super(`a webhook was not delivered: ${reason}`);
    this.name = 'WebhookNotDelivered';
  }

  get retryable(): boolean {
    return this.reason !== 'gone';
  }
}

export interface WebhookSender {
  /**
   * Answers when the product's receiver has taken it over.
   * @throws WebhookNotDelivered
   */
  send(policy: RelyingParty, webhook: Webhook): Promise<void>;
}

export const WEBHOOK_SENDER = Symbol('WebhookSender');
