import { BreakableWire } from './breakable-wire.js';
import { eventually } from './eventually.js';
import { RedisServer } from './redis-server.js';

/** A Redis and its replica, which can be promoted without the last writes: the two that a managed Redis has behind one address. */
export class RedisPair {
  private readonly wires: BreakableWire[] = [];

  private constructor(
    readonly primary: RedisServer,
    readonly replica: RedisServer,
  ) {}

  static async start(): Promise<RedisPair> {
    // By default it waits five seconds for further replicas.
    const primary = await RedisServer.start('--repl-diskless-sync-delay', '0');
    const replica = await RedisServer.start('--replicaof', `127.0.0.1 ${primary.port}`);
    const pair = new RedisPair(primary, replica);
    await pair.replicate();
    return pair;
  }

  /** An address that leads to the primary, until it is led elsewhere. */
  async address(): Promise<{ readonly url: string; readonly wire: BreakableWire }> {
    const wire = await BreakableWire.to(this.primary.port);
    this.wires.push(wire);
    return { url: `redis://127.0.0.1:${wire.port}`, wire };
  }

  /** From now on the replica hears of nothing. What was answered before, it has. */
  async stopReplication(): Promise<void> {
    await this.replicate();
    const connection = await this.replica.connection();
    await connection.command('REPLICAOF', 'NO', 'ONE');
    connection.close();
  }

  /** The primary is gone with what it alone knew, and every address leads to the replica. */
  async failOver(): Promise<void> {
    await this.primary.kill();
    for (const wire of this.wires) wire.leadTo(this.replica.port);
  }

  async stop(): Promise<void> {
    for (const wire of this.wires) await wire.close();
    await Promise.all([this.primary.kill(), this.replica.kill()]);
  }

  /** WAIT speaks of the writes of its own connection: the last one is made here. */
  private async replicate(): Promise<void> {
    const connection = await this.primary.connection();
    await eventually(async () => {
      await connection.command('SET', 'replicated', '1');
      return (await connection.command('WAIT', 1, 1_000)) === 1;
    });
    connection.close();
  }
}
