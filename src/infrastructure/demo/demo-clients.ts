import { Latchkey } from '@latchkey/client';
import type { GrpcServer } from '../grpc/grpc-server.js';
import type { Scope } from '../service/api-keys.js';
import { ApiKeys } from '../service/api-keys.js';
import type { Service } from '../service.js';

/** What a backend needs for its product's pages. No `admin`: its word stands for no proof but that of a password. */
const SCOPES: readonly Scope[] = ['accounts', 'passkeys', 'sign-in', 'step-up', 'attest'];
/** The system picks a port of its own: the demo works whatever gRPC is told to do for others. */
const LOOPBACK = { host: '127.0.0.1', port: 0, named: true, tls: undefined };

const LABEL = 'demo';

interface Connected {
  readonly client: Latchkey;
  readonly keyId: string;
}

/** The clients of the demo products' backends, each with a key of its own, which is gone when the service stops. */
export class DemoClients {
  private readonly keys: ApiKeys;
  private readonly connected = new Map<string, Promise<Connected>>();
  private listening: Promise<number> | undefined;
  private server: GrpcServer | undefined;
  private make: (() => GrpcServer) | undefined;

  constructor(private readonly service: Service) {
    this.keys = new ApiKeys(service.tier.apiKeys);
  }

  /** Says what serves them, which listens when the first is asked for. */
  serveBy(make: () => GrpcServer): void {
    this.make = make;
  }

  async of(rp: string): Promise<Latchkey> {
    const port = await (this.listening ??= this.listen());
    const found = this.connected.get(rp) ?? this.connect(rp, port);
    this.connected.set(rp, found);
    found.catch(() => this.connected.delete(rp));
    return (await found).client;
  }

  async close(): Promise<void> {
    for (const connected of this.connected.values()) {
      const { client, keyId } = await connected;
      client.close();
      await this.revoke(keyId);
    }
    await this.server?.close();
  }

  private async listen(): Promise<number> {
    this.server = this.make?.();
    if (this.server === undefined) throw new Error('the demo is asked for before the service has started');
    return this.server.listen(LOOPBACK);
  }

  private async connect(rp: string, port: number): Promise<Connected> {
    // Of a service that was killed: nobody has their secrets any more.
    for (const key of await this.keys.list()) {
      if (key.label === LABEL && key.rp === rp) await this.revoke(key.keyId);
    }
    const { keyId, secret } = await this.keys.create(rp, SCOPES, LABEL, this.service.clock.now());
    return { keyId, client: new Latchkey({ address: `127.0.0.1:${port}`, rp, apiKey: secret }) };
  }

  private async revoke(keyId: string): Promise<void> {
    await this.keys.revoke(keyId, this.service.clock.now());
  }
}
