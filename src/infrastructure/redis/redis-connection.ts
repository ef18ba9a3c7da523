import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { OperatorLog } from '../../application/operator-log.js';
import { nameOf } from '../../application/error-summary.js';
import type { Duration } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import { redisServerOf } from './connection-settings.js';
import { codeOf, failureOf } from './redis-failure.js';

export interface RedisAddress {
  /** See `redisServerOf`. */
  readonly url: string;
  /** Begins each key, so that others may share the server. */
  readonly prefix: string;
  /** In ms: a command that isn't answered by then has failed. */
  readonly commandTimeout?: Duration;
}

/** A script that Redis runs as one step. Redis knows it by its hash; the text is sent again where it has forgotten it. */
export class Script {
  readonly hash: string;

  constructor(readonly text: string) {
    this.hash = createHash('sha1').update(text).digest('hex');
  }
}

/** What an operator is told of the server. */
export interface RedisHealth {
  readonly reachable: boolean;
  /** What would make it lose what it was given: `evicts` under memory pressure, `no-append-only-file`. */
  readonly risks: readonly ('evicts' | 'no-append-only-file')[];
}

const COMMAND_TIMEOUT = 2 * SECOND;
const CONNECT_TIMEOUT = 2 * SECOND;
const LONGEST_PAUSE = SECOND;

type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

type Argument = string | number | Uint8Array;

/**
 * One connection to a Redis. It is made again for as long as it takes; a command meanwhile fails at once, for whoever waits for
 * an answer is better told to ask again. No error and no line of the log has a key or a value in it.
 */
export class RedisConnection {
  private readonly client: Redis;
  private connected = 0;

  private constructor(
    private readonly address: RedisAddress,
    private readonly log: OperatorLog,
  ) {
    this.client = this.newClient({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: address.commandTimeout ?? COMMAND_TIMEOUT,
    });
    this.client.on('ready', () => (this.connected += 1));
  }

  /** Answers when it is connected. @throws UnusableRedisAddress, Unavailable where it can't be */
  static async open(address: RedisAddress, log: OperatorLog): Promise<RedisConnection> {
    const connection = new RedisConnection(address, log);
    try {
      await connection.client.connect();
    } catch (error) {
      connection.close();
      throw failureOf(error);
    }
    return connection;
  }

  /** How often it was made. Behind the address may be another server each time, which lacks the last writes of the one before. */
  get made(): number {
    return this.connected;
  }

  key(kind: string, name: string): string {
    return `${this.address.prefix}${kind}:${name}`;
  }

  /** Replies are bytes, numbers, null, and arrays of them. @throws Unavailable */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args.map(argumentOf)];
    try {
      return await this.client.callBuffer('EVALSHA', script.hash, ...rest);
    } catch (error) {
      if (!isForgotten(error)) throw failureOf(error);
    }
    return this.command('EVAL', script.text, ...rest);
  }

  /** @throws Unavailable */
  async command(name: string, ...args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.client.callBuffer(name, ...args.map(argumentOf));
    } catch (error) {
      throw failureOf(error);
    }
  }

  async health(): Promise<RedisHealth> {
    try {
      const info = await this.client.info();
      // It tells also while it reads its file, and takes no command then.
      if (this.client.status !== 'ready') return { reachable: false, risks: [] };
      return {
        reachable: true,
        risks: [
          ...(/^maxmemory_policy:noeviction\r?$/m.test(info) ? [] : (['evicts'] as const)),
          ...(/^aof_enabled:1\r?$/m.test(info) ? [] : (['no-append-only-file'] as const)),
        ],
      };
    } catch {
      return { reachable: false, risks: [] };
    }
  }

  /** Another one to the same server, for a library that has its own ways with it. Whoever asked for it ends it. */
  another(options: ClientOptions): Redis {
    return this.newClient(options);
  }

  close(): void {
    this.client.disconnect();
  }

  private newClient(options: ClientOptions): Redis {
    const server = redisServerOf(this.address.url);
    const client = new Redis({
      ...server,
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT,
      keepAlive: 10 * SECOND,
      retryStrategy: (times) => Math.min(times * 50, LONGEST_PAUSE),
      // What was the primary is a replica now: its address leads to another one by then.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
      ...options,
    });
    // The error itself holds the command that failed, with its values.
    const { host, port } = server;
    client.on('error', (error) =>
      this.log.error({ failure: nameOf(error), code: codeOf(error), host, port }, 'Redis can’t be reached'),
    );
    client.on('end', () => this.log.info({}, 'a connection to Redis has ended'));
    return client;
  }
}

function argumentOf(argument: Argument): string | number | Buffer {
  return argument instanceof Uint8Array
    ? Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength)
    : argument;
}

function isForgotten(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
