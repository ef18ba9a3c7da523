import { MessageNotDelivered } from '../../application/ports/messaging.js';
import type { Duration } from '../../domain/kernel/time.js';
import { outgoingUrl } from '../http/outgoing-url.js';
import type { Carrier } from './channel-messenger.js';
import type { RenderedMessage } from './templates.js';

export interface SmsGatewayOptions {
  readonly url: string;
  readonly bearerToken: string;
  readonly timeout: Duration;
}

const E164 = /^\+\d{5,15}$/;
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Sends text messages through any gateway that takes `POST {to, text}` with a bearer token and answers 2xx. */
export class SmsGateway implements Carrier {
  private readonly url: URL;

  /**
   * @throws where the URL is neither https nor on this machine: codes and the token never travel in the clear
   */
  constructor(private readonly options: SmsGatewayOptions) {
    this.url = outgoingUrl(options.url, 'the SMS gateway');
  }

  async carry({ message, text }: RenderedMessage): Promise<void> {
    if (!E164.test(message.to)) throw new MessageNotDelivered('sms', 'destination-refused');
    const id = message.purpose === 'notice' ? message.id : null;
    const { status } = await this.post({ to: message.to, text }, id);
    if (status >= 200 && status < 300) return;
    const passing = status >= 500 || PASSING.has(status);
    throw new MessageNotDelivered(
      'sms',
      passing ? 'gateway-unavailable' : 'gateway-refused',
      status.toString(),
    );
  }

  private async post(
    body: { readonly to: string; readonly text: string },
    id: string | null,
  ): Promise<Response> {
    const signal = AbortSignal.timeout(this.options.timeout);
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.options.bearerToken}`,
          'content-type': 'application/json',
          ...(id !== null && { 'idempotency-key': id }),
        },
        body: JSON.stringify(body),
        // A redirect would take the token and the code to a host that nobody configured.
        redirect: 'manual',
        signal,
      });
      await response.body?.cancel();
      return response;
    } catch {
      throw new MessageNotDelivered('sms', 'gateway-unavailable', signal.aborted ? 'timeout' : 'connection');
    }
  }
}
