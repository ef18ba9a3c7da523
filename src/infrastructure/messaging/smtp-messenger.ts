import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { EmailAddresses } from '../../application/ports/factors.js';
import type { DeliveryFailure } from '../../application/ports/messaging.js';
import { MessageNotDelivered } from '../../application/ports/messaging.js';
import type { Duration } from '../../domain/kernel/time.js';
import type { Carrier } from './channel-messenger.js';
import { htmlOf } from './email-html.js';
import type { RenderedMessage } from './templates.js';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** `starttls` refuses a server that doesn't offer it; `none` is for a relay on the same machine. */
  readonly security: 'implicit-tls' | 'starttls' | 'none';
  readonly credentials?: { readonly username: string; readonly password: string };
  /** The sender's address; its display name is the product's. */
  readonly from: string;
  readonly timeout: Duration;
  /** PEM, in place of the system's authorities. */
  readonly certificateAuthorities?: readonly string[];
}

/** Sends email by SMTP (RFC 5321), over connections that are kept open. */
export class SmtpMessenger implements Carrier {
  private readonly transport;
  private readonly from: string;

  /** @throws where the options would send a password in the clear, or the sender is no address */
  constructor(
    options: SmtpOptions,
    private readonly addresses: EmailAddresses,
  ) {
    if (options.security === 'none' && options.credentials !== undefined) {
      throw new Error('SMTP credentials need TLS');
    }
    const from = addresses.parse(options.from);
    if (from === undefined) throw new Error('the sender of emails is not an email address');
    this.from = from.address;
    this.transport = createTransport({
      pool: true,
      host: options.host,
      port: options.port,
      secure: options.security === 'implicit-tls',
      requireTLS: options.security === 'starttls',
      ignoreTLS: options.security === 'none',
      connectionTimeout: options.timeout,
      greetingTimeout: options.timeout,
      socketTimeout: options.timeout,
      // Content comes as text only: no field of a message may name a file or a URL to read it from.
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(options.credentials === undefined
        ? {}
        : { auth: { user: options.credentials.username, pass: options.credentials.password } }),
      ...(options.certificateAuthorities === undefined
        ? {}
        : { tls: { ca: [...options.certificateAuthorities] } }),
    });
  }

  async carry(rendered: RenderedMessage): Promise<void> {
    const to = this.addresses.parse(rendered.message.to);
    if (to === undefined) throw new MessageNotDelivered('email', 'destination-refused');
    try {
      await this.transport.sendMail({
        from: { name: rendered.productName, address: this.from },
        to: { name: '', address: to.address },
        subject: rendered.subject,
        text: rendered.text,
        html: htmlOf(rendered),
        // RFC 5322 §3.6.4. A notice that goes out twice is one message to whoever compares; each code is another.
        ...(rendered.message.purpose === 'notice' && {
          messageId: `<${rendered.message.id}@${domainOf(this.from)}>`,
        }),
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      throw failure(error);
    }
  }

  /** Closes the connections; what is being sent is finished. */
  close(): void {
    this.transport.close();
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** The library's error quotes the address and the server's answer, so only its codes go on. */
function failure(error: unknown): MessageNotDelivered {
  const { code, command, responseCode } = codesOf(error);
  const permanent = responseCode !== undefined && responseCode >= 500;
  const reason: DeliveryFailure =
    permanent && command === 'RCPT TO'
      ? 'destination-refused'
      : permanent || (code !== undefined && MISCONFIGURED.has(code))
        ? 'gateway-refused'
        : 'gateway-unavailable';
  return new MessageNotDelivered('email', reason, responseCode?.toString() ?? code);
}

/** Trying again later won't help: who we are, or how we connect, is refused. */
const MISCONFIGURED: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'ETLS', 'ECONFIG']);

const CODES = z.object({
  code: z.string().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
});

function codesOf(error: unknown): Partial<z.output<typeof CODES>> {
  return CODES.safeParse(error).data ?? {};
}
