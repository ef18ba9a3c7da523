import type { ErasureCompleted } from '../../domain/erasure/events.js';
import type { ReceiptId, RelyingPartySlug, UserHandle } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { AccountAddress } from '../accounts/account-address.js';
import { accountStream } from '../accounts/account-address.js';
import type { ContactNames } from '../accounts/contact-names.js';
import { SerialQueue } from '../accounts/serial-queue.js';
import type { Clock } from '../ports/clock.js';
import type { ErasureCodec, ErasureReceipt, ErasureReceipts } from '../ports/erasure.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventStore, Position } from '../ports/event-store.js';
import { WrongExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Keyring } from '../ports/keyring.js';
import type { ErasedHistory } from './erased-history.js';
import { readErasedHistory } from './erased-history.js';
import { erasureStream } from './erasure-streams.js';
import type { Remains } from './remains.js';

/** A finished erasure. */
export interface Erasure {
  readonly receiptId: ReceiptId;
  /** Of the account, by which the receipt names it. */
  readonly userHandle: UserHandle;
  readonly erasedAt: number;
  readonly completedAt: number;
  /** A compact JWS (RFC 7515). */
  readonly receipt: string;
  readonly position: Position;
}

/**
 * What follows the end of an account, in this order (invariant 19): its names are released, its key is destroyed, what is
 * left of it elsewhere is removed, and the receipt is signed and recorded. Each step may be done again, so that whoever comes
 * after a crash begins at the first.
 */
export class Erasures {
  private readonly queue = new SerialQueue();

  constructor(
    private readonly store: EventStore,
    private readonly accountEvents: EventCodec,
    private readonly codec: ErasureCodec,
    private readonly keyring: Keyring,
    private readonly names: ContactNames,
    private readonly remains: Remains,
    private readonly receipts: ErasureReceipts,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  /** Always the same of an account, so that its receipt is found without reading its history. */
  receiptIdOf({ rp, subject }: AccountAddress): ReceiptId {
    return as(this.identifiers.hmacName('erasure', rp, subject));
  }

  async find(rp: RelyingPartySlug, receiptId: ReceiptId): Promise<Erasure | undefined> {
    for await (const recorded of this.store.readStream(erasureStream(rp, receiptId), 0)) {
      const event = this.codec.decode(recorded);
      const receipt = await this.receipts.current(event.data.receipt, receiptOf(rp, event));
      const { erasedAt, userHandle } = event.data;
      return {
        receiptId,
        userHandle,
        erasedAt,
        completedAt: event.at,
        receipt,
        position: recorded.position,
      };
    }
    return undefined;
  }

  /**
   * Carries on with what the account's last event began.
   * @returns undefined where the read models haven't come to that event yet: everything else is done by then
   */
  finish(address: AccountAddress, correlationId: string): Promise<Erasure | undefined> {
    return this.queue.run(accountStream(address), () => this.carryOn(address, correlationId));
  }

  private async carryOn(address: AccountAddress, correlationId: string): Promise<Erasure | undefined> {
    const done = await this.find(address.rp, this.receiptIdOf(address));
    if (done !== undefined) return done;
    const stream = accountStream(address);
    const key = await this.keyring.find(address.subject);
    const history = await readErasedHistory(this.store, this.accountEvents, stream, key);
    if (history === undefined) throw new Error('an account that is not erased was to be done away with');
    await this.names.release(address, history.names);
    await this.keyring.destroy(address.subject);
    if (!(await this.remains.remove(address, history.position))) return undefined;
    await this.record(address, history, correlationId);
    return this.find(address.rp, history.receiptId);
  }

  private async record(
    address: AccountAddress,
    { erasedAt, eventId, receiptId, userHandle }: ErasedHistory,
    correlationId: string,
  ): Promise<void> {
    const { rp, subject } = address;
    const stream = erasureStream(rp, receiptId);
    const at = this.clock.now();
    const receipt = await this.receipts.sign({
      rp,
      receiptId,
      userHandle,
      erasedAt,
      completedAt: at,
      eventId,
    });
    const event: ErasureCompleted = {
      type: 'ErasureCompleted',
      at,
      data: { receiptId, subject, userHandle, erasedAt, eventId, receipt },
      personal: {},
    };
    const causationId = this.identifiers.commandId();
    const cause = { actor: 'system', correlationId, causationId } as const;
    const encoded = this.codec.encode(stream, this.identifiers.deriveId(causationId, 0), event, cause);
    try {
      await this.store.append(stream, [encoded], 'no-stream');
    } catch (error) {
      // Another process was first: its receipt is the account's.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
}

function receiptOf(rp: RelyingPartySlug, { at, data }: ErasureCompleted): ErasureReceipt {
  const { erasedAt, eventId, receiptId, userHandle } = data;
  return { rp, receiptId, userHandle, erasedAt, completedAt: at, eventId };
}
