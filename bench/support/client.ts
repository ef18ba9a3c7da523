import { Agent, request } from 'node:http';
import type { CreationOptions, RequestOptions } from '../../src/application/ports/webauthn.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { API_KEY } from './server-process.js';

export interface Exchanged {
  readonly status: number;
  readonly text: string;
  readonly microseconds: number;
}

/** A backend of the service, with connections kept alive as a backend keeps them. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    private readonly port: number,
    private readonly host = '127.0.0.1',
  ) {}

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** @throws where the status is not 2xx */
  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const { status, text } = await this.exchange(method, path, body);
    if (status >= 200 && status < 300) return JSON.parse(text) as Answer;
    throw new Error(`${method} ${path}: ${status} ${text}`);
  }

  /** Whatever the status is. `microseconds`: from handing the request over to the last byte of its answer. */
  exchange(method: string, path: string, body?: object): Promise<Exchanged> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const begun = process.hrtime.bigint();
      const outgoing = request(
        {
          agent: this.agent,
          host: this.host,
          port: this.port,
          method,
          path,
          headers: {
            authorization: `Bearer ${API_KEY}`,
            ...(payload !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const microseconds = Number(process.hrtime.bigint() - begun) / 1_000;
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString(),
              microseconds,
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

export interface Holder {
  readonly accountId: string;
  readonly authenticator: SoftwareAuthenticator;
}

const RP = '/v1/mpchat';
const DEVICE = { platform: 'web', appKind: 'web' } as const;

/** An account with one ES256 passkey, made by the calls that a backend makes. */
export async function enrol(
  client: Client,
  accountId: string,
  contacts: { readonly phone?: string } = {},
): Promise<Holder> {
  const account = `${RP}/accounts/${accountId}`;
  await client.call('PUT', account, { displayName: 'Bench', ...contacts });
  const { grant } = await client.call<{ grant: string }>('POST', `${account}/security-checks/attest`, {
    factor: 'sms',
    purpose: 'bind-passkey',
    outcome: 'passed',
  });
  const device = { platform: 'macos', osVersion: '15', appKind: 'web' };
  const started = await client.call<{ ceremonyId: string; publicKey: CreationOptions }>(
    'POST',
    `${account}/passkeys/registrations`,
    { grant, device, entryPoint: 'security-center' },
  );
  const authenticator = new SoftwareAuthenticator({ algorithm: -7, backupEligible: true });
  const credential = authenticator.create(started.publicKey, { origin: client.origin });
  await client.call('POST', `${account}/passkeys`, { ceremonyId: started.ceremonyId, credential });
  return { accountId, authenticator };
}

/** One sign-in as a backend and a browser do it: options, signature, verification. */
export async function signIn(client: Client, { authenticator }: Holder): Promise<void> {
  const started = await client.call<{ ceremonyId: string; publicKey: RequestOptions }>(
    'POST',
    `${RP}/sign-ins`,
    {
      device: DEVICE,
    },
  );
  const credential = authenticator.get(started.publicKey, { origin: client.origin });
  await client.call('POST', `${RP}/sign-ins/${started.ceremonyId}/verify`, { credential });
}

/** `count` sign-ins with so many under way at a time, going round the holders. */
export async function signIns(
  client: Client,
  holders: readonly Holder[],
  count: number,
  concurrency: number,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const holder = holders[next++ % holders.length];
      if (holder !== undefined) await signIn(client, holder);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
