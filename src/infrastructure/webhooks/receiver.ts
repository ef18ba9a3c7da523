import type { Clock } from '../../application/ports/clock.js';
import { WebhookNotDelivered } from '../../application/ports/webhooks.js';
import type { Duration } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import { Circuit } from '../http/circuit.js';
import { outgoingUrl } from '../http/outgoing-url.js';

/** In ms. Standard Webhooks recommends 15 to 30 s. */
const TIMEOUT = 15 * SECOND;
const GONE = 410;

/** What a product's backend takes deliveries at. One that lets us wait is left alone for a while, so that nothing else waits with it. */
export class Receiver {
  private readonly url: URL;
  private readonly circuit: Circuit;

  /** @throws where the URL is neither https nor on this machine */
  constructor(
    url: string,
    clock: Clock,
    private readonly timeout: Duration = TIMEOUT,
  ) {
    this.url = outgoingUrl(url, 'webhooks');
    this.circuit = new Circuit(clock);
  }

  /** Answers when it was taken over: 2xx. Nothing else of the answer is read. @throws WebhookNotDelivered */
  async post(headers: Readonly<Record<string, string>>, body: string): Promise<void> {
    if (!this.circuit.admits()) throw new WebhookNotDelivered('resting');
    const status = await this.statusOf(headers, body);
    if (status >= 200 && status < 300) return;
    throw new WebhookNotDelivered(status === GONE ? 'gone' : `http-${status}`);
  }

  private async statusOf(headers: Readonly<Record<string, string>>, body: string): Promise<number> {
    const signal = AbortSignal.timeout(this.timeout);
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { ...headers, 'user-agent': 'Latchkey' },
        body,
        // What it says of an account is for the address that was configured, and a redirect can name any other within our network.
        redirect: 'manual',
        signal,
      });
      await response.body?.cancel();
      this.circuit.succeeded();
      return response.status;
    } catch {
      this.circuit.failed();
      throw new WebhookNotDelivered(signal.aborted ? 'timeout' : 'unreachable');
    }
  }
}
