import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * What stands before several processes of the service: it takes them in turn, and sends a call that may be repeated (it reads, or
 * brings an idempotency key) to the next one where one is away, goes away, or says that it is going.
 */
export class RetryingProxy {
  /** Calls that had to be sent again. */
  retried = 0;
  /** Calls that were not answered by any. */
  failed = 0;
  private turn = 0;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {
    server.on('request', (incoming: IncomingMessage, answer) => {
      void this.answerTo(incoming).then(
        ({ body, headers, status }) => answer.writeHead(status, headers).end(body),
        () => {
          this.failed += 1;
          answer.writeHead(502).end();
        },
      );
    });
  }

  static async before(ports: readonly number[]): Promise<RetryingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RetryingProxy(server, ports);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answerTo(incoming: IncomingMessage): Promise<Forwarded> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const mayBeRepeated = incoming.method === 'GET' || incoming.headers['idempotency-key'] !== undefined;
    const tries = mayBeRepeated ? 2 * this.ports.length : 1;
    const first = (this.turn += 1);
    for (let tried = 1; ; tried++) {
      const port = this.ports[(first + tried) % this.ports.length] ?? 0;
      try {
        const forwarded = await this.forward(port, incoming, body);
        if (forwarded.status !== 503 || tried === tries) return forwarded;
      } catch (error) {
        if (tried === tries) throw error;
      }
      this.retried += 1;
    }
  }

  private forward(port: number, { headers, method, url }: IncomingMessage, body: Buffer): Promise<Forwarded> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { agent: this.agent, host: '127.0.0.1', port, method, path: url, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('aborted', () => reject(new Error('the answer broke off')));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
