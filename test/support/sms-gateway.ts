import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A gateway that takes messages, and knows those that it has taken by their ids. */
export class SmsGateway {
  /** By id, as they came first. */
  readonly messages = new Map<string, string>();
  /** The ids of all that came, one that came again once more. */
  readonly received: string[] = [];
  /** While it doesn't, whoever sends is told to try again. */
  takes = true;
  refused = 0;

  private constructor(private readonly server: Server) {
    server.on('request', (request, answer) => {
      void text(request).then((message) => {
        if (!this.takes) {
          this.refused += 1;
          answer.writeHead(503).end();
          return;
        }
        const id = String(request.headers['idempotency-key']);
        this.received.push(id);
        const known = this.messages.get(id);
        if (known !== undefined && known !== message) throw new Error(`another message under the id ${id}`);
        this.messages.set(id, message);
        answer.end();
      });
    });
  }

  static async start(): Promise<SmsGateway> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SmsGateway(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
