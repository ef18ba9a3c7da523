import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A TCP line to a port or a socket of this machine that can be held and cut. */
export class BreakableWire {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private holding = false;
  /** Connections that were made over it so far. */
  connections = 0;
  /** Connections that nobody took, for the other end was away. */
  turnedAway = 0;
  private isAway = false;

  private constructor(
    private readonly server: Server,
    private target: number | string,
  ) {}

  /** @param target a port, or the path of a socket */
  static async to(target: number | string): Promise<BreakableWire> {
    const server = createServer();
    const wire = new BreakableWire(server, target);
    server.on('connection', (near) => {
      if (wire.isAway) wire.turnAway(near);
      else wire.join(near, wire.connect());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What the other end says from now on gets no farther, on the connections that there are. */
  hold(): void {
    this.holding = true;
    for (const [, far] of this.pairs) far.pause();
  }

  /** Lets what was held go on. */
  release(): void {
    this.holding = false;
    for (const [, far] of this.pairs) far.resume();
  }

  /** Breaks every connection; what was held is lost. New ones work. */
  cut(): void {
    this.holding = false;
    for (const [near, far] of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.pairs.clear();
  }

  /** Breaks every connection, and the other end takes no new one until it is back. */
  leave(): void {
    this.isAway = true;
    this.cut();
  }

  comeBack(): void {
    this.isAway = false;
  }

  /** Breaks every connection; new ones lead there. */
  leadTo(target: number | string): void {
    this.target = target;
    this.cut();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  private turnAway(near: Socket): void {
    this.turnedAway += 1;
    near.on('error', () => undefined);
    near.destroy();
  }

  private connect(): Socket {
    const { target } = this;
    return typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
  }

  private join(near: Socket, far: Socket): void {
    this.connections += 1;
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const socket of pair) socket.on('error', () => undefined);
    near.pipe(far);
    far.on('data', (chunk: Buffer) => near.write(chunk));
    if (this.holding) far.pause();
    const end = (): void => {
      near.destroy();
      far.destroy();
      this.pairs.delete(pair);
    };
    near.on('close', end);
    far.on('close', end);
  }
}
