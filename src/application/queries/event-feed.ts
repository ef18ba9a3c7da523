import { Inject, Injectable } from '@nestjs/common';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { ACCOUNT_STREAMS, accountOfStream } from '../accounts/account-address.js';
import type { DecodedEvent, EventCodec } from '../ports/event-codec.js';
import { EVENT_CODEC } from '../ports/event-codec.js';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/event-store.js';

/** An event as it is fed. What is personal reads `redacted`. */
export interface FedEvent extends DecodedEvent {
  readonly recorded: RecordedEvent;
  readonly subject: string;
}

export interface FedBatch {
  readonly events: readonly FedEvent[];
  /** Nothing was left behind at that moment. */
  readonly caughtUp: boolean;
}

/** The events of one product's accounts: what is recorded, then what comes. */
@Injectable()
export class EventFeed {
  constructor(
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
  ) {}

  /**
   * In order and without a gap until `signal` aborts or the store closes; nothing is read before it is asked for.
   * @throws where an event can't be decoded: it is never passed over
   */
  async *of(rp: RelyingPartySlug, after: Position, signal: AbortSignal): AsyncGenerator<FedBatch, void> {
    const subscription = this.events.subscribeAll(after, { streamPrefixes: [`${ACCOUNT_STREAMS}${rp}.`] });
    const stop = (): void => subscription.stop();
    signal.addEventListener('abort', stop);
    try {
      for await (const { events, caughtUp } of subscription.batches()) {
        if (signal.aborted) return;
        yield { events: events.map((recorded) => this.decoded(recorded)), caughtUp };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      subscription.stop();
    }
  }

  private decoded(recorded: RecordedEvent): FedEvent {
    const account = accountOfStream(recorded.stream);
    if (account === undefined) throw new Error(`${recorded.stream} is no account's stream`);
    return { ...this.codec.decode(recorded, undefined), recorded, subject: account.subject };
  }
}
