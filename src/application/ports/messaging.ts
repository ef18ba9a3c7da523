import type { CodeFactor, Factor, Purpose } from '../../domain/account/events.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Language } from '../../domain/texts/language.js';
import type { Duration, Instant } from '../../domain/kernel/time.js';

export type Channel = 'sms' | 'email';

interface Addressed {
  readonly rp: RelyingPartySlug;
  readonly channel: Channel;
  /** A phone number in E.164 for `sms`, one address for `email`. Personal data: no adapter logs it. */
  readonly to: string;
  readonly locale: Language;
}

/** What a code is for. One for a step-up can't be sent without saying what it approves. */
export type CodeUse =
  | { readonly kind: Exclude<Purpose, 'step-up'> | 'confirm-factor' }
  | {
      readonly kind: 'step-up';
      /** The action's text, in the message's language, with the parameters filled in. */
      readonly approves: string;
    };

export interface CodeMessage extends Addressed {
  readonly purpose: 'code';
  readonly code: string;
  readonly use: CodeUse;
  readonly lifetime: Duration;
}

/** What an account holder is told of on every confirmed channel, with how to repudiate it. */
export type Notice =
  /** The name as the account holder gave it; null where it is not known any more. */
  | { readonly kind: 'passkey-added' | 'passkey-removed'; readonly passkeyName: string | null }
  | { readonly kind: 'factor-added' | 'factor-changed' | 'factor-removed'; readonly factor: CodeFactor }
  | { readonly kind: 'factor-disabled' | 'factor-reinstated'; readonly factor: Factor }
  | {
      readonly kind:
        'reset-requested' | 'reset-cancelled' | 'reset-rejected' | 'reset-expired' | 'reset-disputed';
    }
  | { readonly kind: 'reset-completed'; readonly windowUntil: Instant; readonly coolingOffUntil: Instant }
  | { readonly kind: 'account-locked'; readonly until: Instant }
  | { readonly kind: 'account-unlocked' | 'dispute-settled' | 'liveness-subject-changed' }
  | { readonly kind: 'device-trusted' | 'sign-in-denied' }
  | { readonly kind: 'sign-in-recovery-started'; readonly approvedFrom: Instant };

export type NoticeKind = Notice['kind'];

export interface NoticeMessage extends Addressed {
  readonly purpose: 'notice';
  /**
   * The same for every try to bring this notice to this destination, and for nothing else: what takes messages over can tell by
   * it that it has this one. Of letters, digits, hyphens and dots; not personal.
   */
  readonly id: string;
  readonly notice: Notice;
  /** When it happened. */
  readonly at: Instant;
}

export type Message = CodeMessage | NoticeMessage;

/**
 * Why a message didn't go out: the destination isn't one or was refused for good, the gateway refuses us
 * (credentials, configuration), or it can't be reached or is busy, which passes.
 */
export type DeliveryFailure = 'destination-refused' | 'gateway-refused' | 'gateway-unavailable';

/** Holds neither the destination nor the text, and no cause that does: it may be logged. */
export class MessageNotDelivered extends Error {
  constructor(
    readonly channel: Channel,
    readonly reason: DeliveryFailure,
    /** The gateway's own code (`550`, `ETIMEDOUT`), where it gave one. */
    readonly gatewayCode?: string,
  ) {
    super(
      `a message by ${channel} was not delivered: ${reason}${gatewayCode === undefined ? '' : ` (${gatewayCode})`}`,
    );
    this.name = 'MessageNotDelivered';
  }

  get retryable(): boolean {
    return this.reason === 'gateway-unavailable';
  }
}

export interface Messenger {
  /**
   * Answers when the gateway has taken the message over, which is not when it arrives.
   * @throws MessageNotDelivered
   */
  send(message: Message): Promise<void>;
}

export const MESSENGER = Symbol('Messenger');
