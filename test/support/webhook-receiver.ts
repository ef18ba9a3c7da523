import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { temporaryFolder } from './temporary-folder.js';

export interface Delivered {
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly body: string;
}

/** What a webhook says. */
export interface Told {
  readonly type: string;
  readonly version: number;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type Respond = (response: ServerResponse, delivered: Delivered) => void;

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Respond =>
  (response) =>
    void response.writeHead(code, headers).end();

/** A product's backend: a real server that takes deliveries, and answers them as it is told to. */
export class WebhookReceiver {
  readonly delivered: Delivered[] = [];
  /** For one delivery each; then, and for all others, `otherwise`. */
  readonly next: Respond[] = [];
  otherwise: Respond = status(204);

  private constructor(private readonly server: ReturnType<typeof createServer>) {
    server.on('request', (request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const delivered = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        this.delivered.push(delivered);
        (this.next.shift() ?? this.otherwise)(response, delivered);
      })();
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(createServer());
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/latchkey`;
  }

  get told(): readonly Told[] {
    return this.delivered.map(({ body }) => JSON.parse(body) as Told);
  }

  get types(): readonly string[] {
    return this.told.map(({ type }) => type);
  }

  get ids(): readonly unknown[] {
    return this.delivered.map(({ headers }) => headers['webhook-id']);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** The policies that ship, with one section more in those that are named. */
export function policiesWith(
  sections: Readonly<Partial<Record<'mpchat' | 'moomoo', Readonly<Record<string, unknown>>>>>,
): string {
  const folder = temporaryFolder();
  for (const slug of ['mpchat', 'moomoo'] as const) {
    const shipped = join('config/relying-parties', `${slug}.yaml`);
    const file = join(folder, `${slug}.yaml`);
    copyFileSync(shipped, file);
    const document = parseDocument(readFileSync(file, 'utf8'));
    for (const [name, section] of Object.entries(sections[slug] ?? {})) {
      document.setIn([name], document.createNode(section));
    }
    writeFileSync(file, document.toString());
  }
  return folder;
}

const TOLERANCE = 5 * 60;
const utf8 = new TextEncoder();

/**
 * A receiver's check, written from the text of Standard Webhooks and with nothing of the service: whether any of the signatures is of
 * this secret over id, time and body, and the time is now.
 * @param now seconds since the epoch
 */
export async function isGenuine({ body, headers }: Delivered, secret: string, now: number): Promise<boolean> {
  const header = (name: string): string => String(headers[name] ?? '');
  const [id, time] = [header('webhook-id'), header('webhook-timestamp')];
  if (!/^\d+$/u.test(time) || Math.abs(now - Number(time)) > TOLERANCE) return false;
  const bytes = Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  const signed = utf8.encode([id, time, body].join('.'));
  for (const signature of header('webhook-signature').split(' ')) {
    const [version, value = ''] = signature.split(',');
    if (version !== 'v1') continue;
    if (await webcrypto.subtle.verify('HMAC', key, Buffer.from(value, 'base64'), signed)) return true;
  }
  return false;
}
