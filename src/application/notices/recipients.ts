import type { EnrolledAccount } from '../../domain/account/state.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { Revision } from '../ports/event-store.js';
import type { Channel } from '../ports/messaging.js';
import type { FoundEvent } from './recorded-events.js';

/** Where a destination is read: what the account has now, or what a change of factors took from it. */
export type Source = 'now' | Revision;

export interface Recipient {
  readonly channel: Channel;
  readonly source: Source;
  readonly to: string;
}

const CHANNELS = { sms: 'phone', email: 'email' } as const satisfies Record<Channel, string>;

/**
 * Every destination that was confirmed when it happened or is now: whoever changes the phone number right after adding a
 * passkey doesn't keep the notice from the number of before.
 */
export function recipientsOf(account: EnrolledAccount, { factorChanges }: FoundEvent): readonly Recipient[] {
  const recipients = new Map<string, Recipient>();
  const add = (recipient: Recipient): void => {
    const name = `${recipient.channel}|${recipient.to}`;
    if (!recipients.has(name)) recipients.set(name, recipient);
  };
  for (const [channel, contact] of entriesOf(CHANNELS)) {
    const current = account.contacts[contact];
    if (current !== undefined) add({ channel, source: 'now', to: current });
    for (const { event, revision } of factorChanges) {
      const before = personalOf(event)?.previous[contact];
      if (before !== undefined) add({ channel, source: revision, to: before });
    }
  }
  return [...recipients.values()];
}

/**
 * Of `recipientsOf`, the one that a delivery was made for; undefined where that channel is gone without a trace. A destination that is
 * changed or removed before a delivery gets through is told all the same.
 * @param known how many changes of factors since the event there were when the delivery was made
 */
export function recipientAt(
  account: EnrolledAccount,
  { factorChanges }: FoundEvent,
  { channel, known, source }: { readonly channel: Channel; readonly known: number; readonly source: Source },
): string | undefined {
  const contact = CHANNELS[channel];
  const replacedBy = ({ event }: FoundEvent['factorChanges'][number]): string | undefined =>
    personalOf(event)?.previous[contact];
  if (source === 'now') {
    const since = factorChanges.slice(known).find((change) => replacedBy(change) !== undefined);
    return since === undefined ? account.contacts[contact] : replacedBy(since);
  }
  const change = factorChanges.find(({ revision }) => revision === source);
  return change && replacedBy(change);
}

function entriesOf<Key extends string, Value>(object: Readonly<Record<Key, Value>>): readonly [Key, Value][] {
  return Object.entries(object) as [Key, Value][];
}
