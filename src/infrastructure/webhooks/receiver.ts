import type { Clock } from '../../application/ports/clock.js';
import { WebhookNotDelivered } from '../../application/ports/webhooks.js';
import type { Duration } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import { Circuit } from '../http/circuit.js';
import { outgoingUrl } from '../http/outgoing-url.js';
import { retryAfterOf } from '../http/retry-after.js';

/** In ms. Standard Webhooks recommends 15 to 30 s. */
const TIMEOUT = 15 * SECOND;
const GONE = 410;
/** RFC 6585 §4, RFC 9110 §15.6.4: those that may say when to come again. */
const BUSY: readonly number[] = [429, 503];

/** What a product's backend takes deliveries at. One that lets us wait is left alone for a while, so that nothing else waits with it. */
export class Receiver {
  private readonly url: URL;
  private readonly circuit: Circuit;

  /** @throws where the URL is neither https nor on this machine */
  constructor(
    url: string,
    private readonly clock: Clock,
    private readonly timeout: Duration = TIMEOUT,
  ) {
    this.url = outgoingUrl(url, 'webhooks');
    this.circuit = new Circuit(clock);
  }

  /**
   * Answers when it was taken over: 2xx. Of any other answer its status is read, and how long it asks for patience.
   * @throws WebhookNotDelivered
   */
  async post(headers: Readonly<Record<string, string>>, body: string): Promise<void> {
    if (!this.circuit.admits()) throw new WebhookNotDelivered('resting');
    const { asked, status } = await this.answerTo(headers, body);
    if (status >= 200 && status < 300) return;
    if (status === GONE) throw new WebhookNotDelivered('gone');
    throw new WebhookNotDelivered(
      `http-${status}`,
      BUSY.includes(status) ? retryAfterOf(asked, this.clock.now()) : undefined,
    );
  }

  private async answerTo(
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ readonly status: number; readonly asked: string | null }> {
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
      return { status: response.status, asked: response.headers.get('retry-after') };
    } catch {
      this.circuit.failed();
      throw new WebhookNotDelivered(signal.aborted ? 'timeout' : 'unreachable');
    }
  }
}
