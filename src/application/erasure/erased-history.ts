import type { AccountEvent, ContactFactors } from '../../domain/account/events.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { ReceiptId, UserHandle } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { AccountKey } from '../ports/keyring.js';

/** What there is to know of an account that has come to its end. */
export interface ErasedHistory {
  readonly userHandle: UserHandle;
  readonly receiptId: ReceiptId;
  readonly erasedAt: Instant;
  /** Of the account's last event. */
  readonly eventId: string;
  readonly position: Position;
  /** Every name that it was ever found by, proposed ones among them; none once its key is destroyed. */
  readonly names: ReadonlySet<string>;
}

/** Reads an account from its first event to its last, which is done once in its life. Undefined where it isn't erased. */
export async function readErasedHistory(
  store: EventStore,
  codec: EventCodec,
  stream: string,
  key: AccountKey | undefined,
): Promise<ErasedHistory | undefined> {
  const names = new Set<string>();
  let userHandle: UserHandle | undefined;
  for await (const recorded of store.readStream(stream, 0)) {
    const { event } = codec.decode(recorded, key);
    for (const name of namesIn(event)) names.add(name);
    if (event.type === 'AccountEnrolled') userHandle = event.data.userHandle;
    if (event.type === 'AccountErased' && userHandle !== undefined) {
      const { eventId, position } = recorded;
      return { userHandle, receiptId: event.data.receiptId, erasedAt: event.at, eventId, position, names };
    }
  }
  return undefined;
}

function namesIn(event: AccountEvent): readonly string[] {
  if (event.type === 'AccountEnrolled') {
    const { contacts, identifiers } = personalOf(event) ?? {};
    return [...contactNames(contacts), ...(identifiers ?? [])];
  }
  if (event.type === 'FactorsChanged') {
    const { contacts, previous } = personalOf(event) ?? {};
    return [...contactNames(contacts), ...contactNames(previous)];
  }
  return event.type === 'AccountDetailsChanged' ? (personalOf(event)?.identifiers ?? []) : [];
}

function contactNames({ email, phone }: ContactFactors = {}): readonly string[] {
  return [email, phone].filter((name) => name !== undefined);
}
