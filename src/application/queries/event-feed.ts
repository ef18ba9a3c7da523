import { Inject, Injectable } from '@nestjs/common';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { accountOfStream } from '../accounts/account-address.js';
import { streamPrefixesOf } from '../audit/audit-streams.js';
import { parsedBody, storedHeader } from '../audit/stored-header.js';
import type { EventCodec } from '../ports/event-codec.js';
import { EVENT_CODEC } from '../ports/event-codec.js';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/event-store.js';

/** An event as it is fed. What is personal is not in it. */
export interface FedEvent {
  readonly recorded: RecordedEvent;
  readonly at: Instant;
  /** Of an account's event, in the current version of its type. */
  readonly data: object;
  /** The account that it is of or about; null where it is about none. */
  readonly subject: string | null;
  /** Null of the claim of a name, as are the two below: it belongs to the event that it was made for. */
  readonly actor: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
}

export interface FedBatch {
  readonly events: readonly FedEvent[];
  /** Nothing was left behind at that moment. */
  readonly caughtUp: boolean;
}

/** The events of one product, the very ones of its Merkle log: what is recorded, then what comes. */
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
    const subscription = this.events.subscribeAll(after, { streamPrefixes: streamPrefixesOf(rp) });
    const stop = (): void => subscription.stop();
    signal.addEventListener('abort', stop);
    let toldCaughtUp = false;
    try {
      for await (const { events, caughtUp } of subscription.batches()) {
        if (signal.aborted) return;
        // What happened elsewhere is no news.
        if (events.length === 0 && (toldCaughtUp || !caughtUp)) continue;
        toldCaughtUp = caughtUp;
        yield { events: events.map((recorded) => this.decoded(recorded)), caughtUp };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      subscription.stop();
    }
  }

  private decoded(recorded: RecordedEvent): FedEvent {
    const account = accountOfStream(recorded.stream);
    if (account === undefined) {
      return { recorded, ...storedHeader(recorded.stream, parsedBody(recorded.body)) };
    }
    const { cause, event } = this.codec.decode(recorded, undefined);
    const { actor, causationId, correlationId } = cause;
    const { at, data } = event;
    return { recorded, at, data, subject: account.subject, actor, correlationId, causationId };
  }
}
