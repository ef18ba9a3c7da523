import type { OperatorLog } from '../../application/operator-log.js';
import type { Clock } from '../../application/ports/clock.js';
import { WebhookNotDelivered } from '../../application/ports/webhooks.js';
import type { GoneReceiverStore, ReceiverAddress } from './gone-receivers.js';
import { Receiver } from './receiver.js';

/** What takes deliveries for a product. @throws WebhookNotDelivered */
export interface ProductReceiver {
  post(headers: Readonly<Record<string, string>>, body: string): Promise<void>;
}

/**
 * The products' receivers. One that answers 410 is asked for nothing more, by any process, until an operator resumes it or the policy
 * names another URL: "gone" is then what becomes of each delivery, without a word to the network.
 */
export class Receivers {
  private readonly known: ReceiverAddress[] = [];

  constructor(
    private readonly gone: GoneReceiverStore,
    private readonly clock: Clock,
    private readonly log: OperatorLog,
  ) {}

  /** @throws where the URL is neither https nor on this machine */
  at(address: ReceiverAddress): ProductReceiver {
    const receiver = new Receiver(address.url, this.clock);
    this.known.push(address);
    return { post: (headers, body) => this.post(address, () => receiver.post(headers, body)) };
  }

  /** Those that policies name, and whether each is gone. */
  async standing(): Promise<readonly (ReceiverAddress & { readonly gone: boolean })[]> {
    const gone = await this.gone.list();
    return this.known.map((address) => ({ ...address, gone: gone.some((one) => isSame(one, address)) }));
  }

  private async post(address: ReceiverAddress, post: () => Promise<void>): Promise<void> {
    if (await this.gone.has(address)) throw new WebhookNotDelivered('gone');
    try {
      await post();
    } catch (error) {
      if (error instanceof WebhookNotDelivered && error.reason === 'gone') await this.leave(address);
      throw error;
    }
  }

  private async leave(address: ReceiverAddress): Promise<void> {
    if (!(await this.gone.add({ ...address, since: this.clock.now() }))) return;
    const { rp, takes } = address;
    this.log.error({ rp, receiver: takes }, 'a receiver is gone: it is sent nothing until it is resumed');
  }
}

function isSame(one: ReceiverAddress, other: ReceiverAddress): boolean {
  return one.rp === other.rp && one.takes === other.takes && one.url === other.url;
}
