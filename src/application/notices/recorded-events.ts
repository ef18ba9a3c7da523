import type { AccountEvent, FactorsChanged } from '../../domain/account/events.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventStore, Position, Revision } from '../ports/event-store.js';
import type { AccountKey } from '../ports/keyring.js';

/** An event by its id and where it stands: all that a job keeps of it. */
export interface EventAddress {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: Revision;
}

/** An event with the changes of factors from there on, itself included. */
export interface FoundEvent {
  readonly event: AccountEvent;
  readonly factorChanges: readonly { readonly revision: Revision; readonly event: FactorsChanged }[];
}

/** Events of accounts, read again with the account's key by jobs that were made from them. */
export class RecordedEvents {
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /** The event alone. Undefined where another one stands there or none: a backup was restored, and it never happened. */
  async one(
    { eventId, revision, stream }: EventAddress,
    key: AccountKey,
  ): Promise<{ readonly event: AccountEvent; readonly position: Position } | undefined> {
    for await (const recorded of this.store.readStream(stream, revision)) {
      if (recorded.eventId !== eventId) return undefined;
      return { event: this.codec.decode(recorded, key).event, position: recorded.position };
    }
    return undefined;
  }

  /** Undefined as for `one`. */
  async find({ eventId, revision, stream }: EventAddress, key: AccountKey): Promise<FoundEvent | undefined> {
    let found: AccountEvent | undefined;
    const factorChanges: { revision: Revision; event: FactorsChanged }[] = [];
    for await (const recorded of this.store.readStream(stream, revision)) {
      if (found === undefined && recorded.eventId !== eventId) return undefined;
      if (found !== undefined && recorded.type !== 'FactorsChanged') continue;
      const { event } = this.codec.decode(recorded, key);
      found ??= event;
      if (event.type === 'FactorsChanged') factorChanges.push({ revision: recorded.revision, event });
    }
    return found && { event: found, factorChanges };
  }

  /** What a passkey was called before an event; null where that can't be read. */
  async passkeyName(
    passkeyId: PasskeyId,
    before: Pick<EventAddress, 'stream' | 'revision'>,
    key: AccountKey,
  ): Promise<string | null> {
    let name: string | null = null;
    for await (const recorded of this.store.readStream(before.stream, 0)) {
      if (recorded.revision >= before.revision) break;
      if (recorded.type !== 'PasskeyRegistered' && recorded.type !== 'PasskeyRenamed') continue;
      const { event } = this.codec.decode(recorded, key);
      if (event.type !== 'PasskeyRegistered' && event.type !== 'PasskeyRenamed') continue;
      if (event.data.passkeyId === passkeyId)
        name = personalOf<{ readonly name: string }>(event)?.name ?? null;
    }
    return name;
  }
}
