import type { ReceiptId, RelyingPartySlug } from '../../domain/kernel/ids.js';
import { REDACTED } from '../../domain/kernel/event.js';
import { accountOfStream } from '../accounts/account-address.js';
import type { AccountRepository } from '../accounts/account-repository.js';
import type { Erasures } from '../erasure/erasures.js';
import type { EventAddress, RecordedEvents } from '../notices/recorded-events.js';
import type { Keyring } from '../ports/keyring.js';
import type { Webhook } from '../ports/webhooks.js';
import { publicEventOf } from './public-events.js';

/** Reads again what a backend is to be told. */
export class AnnouncedEvents {
  constructor(
    private readonly keyring: Keyring,
    private readonly events: RecordedEvents,
    private readonly accounts: AccountRepository,
    private readonly erasures: Erasures,
  ) {}

  /** Undefined where there is nothing to tell: the account was erased, or the event never happened. */
  async happened(address: EventAddress): Promise<Webhook | undefined> {
    const { eventId, stream } = address;
    const owner = accountOfStream(stream);
    const key = owner && (await this.keyring.find(owner.subject));
    if (key === undefined) return undefined;
    const found = await this.events.one(address, key);
    const told = found && publicEventOf(found.event);
    if (found === undefined || told === undefined) return undefined;
    const { state } = await this.accounts.current(stream, key);
    if (state.status !== 'enrolled' || state.accountId === REDACTED) return undefined;
    const { event, position } = found;
    return { id: eventId, ...told, at: event.at, accountId: state.accountId, position };
  }

  /** Undefined while the erasure isn't finished. */
  async erased(rp: RelyingPartySlug, receiptId: ReceiptId, eventId: string): Promise<Webhook | undefined> {
    const erasure = await this.erasures.find(rp, receiptId);
    if (erasure === undefined) return undefined;
    const { completedAt, position, userHandle } = erasure;
    return {
      id: eventId,
      type: 'account.erased',
      at: completedAt,
      accountId: null,
      data: { receiptId, userHandle },
      position,
    };
  }
}
