import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ClientBase, ClientConfig, CustomTypesConfig } from 'pg';
import type { Duration } from '../../domain/kernel/time.js';
import { MINUTE, SECOND } from '../../domain/kernel/time.js';
import { connectionOf } from './connection-settings.js';
import { isLost, postgresFailure } from './postgres-failure.js';

export interface PostgresOptions {
  /** See `connectionOf`. */
  readonly address: string;
  /** Shown to the server's operator with each connection. */
  readonly name: string;
  readonly maxConnections?: number;
  /** A statement that takes longer is undone. */
  readonly statementTimeout?: Duration;
  /** For so long another connection is tried where one was lost: a restart, or a failover, goes by unseen. */
  readonly patience?: Duration;
}

/** A text with `$1`, `$2`…; one with a name is parsed once for each connection. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
}

const CONNECT_TIMEOUT = 5 * SECOND;
/** The server's own timeout comes first; this is for a server that says nothing any more. */
const BEYOND_STATEMENT_TIMEOUT = 5 * SECOND;
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 500;

/**
 * Session settings that no role and no database may set otherwise: what is answered is on disk, statements see what is
 * committed when they begin, and no transaction that its client has forgotten holds a lock.
 */
const HELD_TO =
  '-c synchronous_commit=on -c default_transaction_isolation=read\\ committed -c default_transaction_read_only=off';

/** The connections of one process to one database: so many at most, each statement bounded, all closed in the end. */
export class PostgresDatabase {
  readonly #pool: pg.Pool;
  readonly #config: ClientConfig;
  readonly #patience: Duration;
  readonly #closing = new AbortController();

  /** Connects to nothing yet. @throws UnusableAddress */
  constructor({
    address,
    maxConnections = 10,
    name,
    patience = 10 * SECOND,
    statementTimeout = 10 * SECOND,
  }: PostgresOptions) {
    // Every call that waits to be tried again listens: while the server is away, any number of them.
    setMaxListeners(0, this.#closing.signal);
    this.#patience = patience;
    this.#config = {
      ...connectionOf(address),
      application_name: name,
      options: HELD_TO,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      idle_in_transaction_session_timeout: statementTimeout,
      keepAlive: true,
      types: TYPES,
    };
    this.#pool = new pg.Pool({
      ...this.#config,
      max: maxConnections,
      idleTimeoutMillis: MINUTE,
      statement_timeout: statementTimeout,
      query_timeout: statementTimeout + BEYOND_STATEMENT_TIMEOUT,
    });
    // A connection that was lost while nobody used it is no news: the next statement has another one.
    this.#pool.on('error', () => undefined);
  }

  /** Aborted when this closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * The rows of a statement that may be carried out twice, because it reads or because a repetition changes nothing: where a
   * connection is lost it is repeated on another.
   * @throws PostgresFailure
   */
  repeatable<Row>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#patiently(async () => {
      const { rows } = await this.#pool.query({ ...statement, values: [...values] });
      return rows as Row[];
    });
  }

  /**
   * One transaction on one connection, repeated from its beginning where the connection is lost: it may be carried out twice.
   * @throws PostgresFailure
   */
  transaction<Result>(work: (client: ClientBase) => Promise<Result>): Promise<Result> {
    return this.#patiently(async () => {
      const client = await this.#pool.connect();
      // A connection that breaks between two statements says so here and again in the next one.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let broken = false;
      try {
        return await transact(client, work);
      } catch (failure) {
        await client.query('rollback').catch(() => (broken = true));
        throw failure;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    });
  }

  /** A connection outside the limit and without a bound on statements: for listening, and for laying tables out. */
  async connect(): Promise<pg.Client> {
    this.#requireOpen();
    const client = new pg.Client(this.#config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (failure) {
      throw postgresFailure(failure);
    }
  }

  /** What is under way is finished; everything after is refused. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#pool.end();
  }

  async #patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    const deadline = performance.now() + this.#patience;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      this.#requireOpen();
      try {
        return await work();
      } catch (thrown) {
        const failure = postgresFailure(thrown);
        if (!isLost(failure) || performance.now() + pause > deadline) throw failure;
      }
      await delay(pause, undefined, { signal: this.closing }).catch(() => undefined);
    }
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new Error('the store is closed');
  }
}

async function transact<Result>(
  client: ClientBase,
  work: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
  await client.query('begin');
  const result = await work(client);
  await client.query('commit');
  return result;
}

/** Counts, times and their sums fit a number; the driver's own parser leaves them as text. */
const TYPES: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC
      ? countOf
      : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
};

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count)) throw new RangeError('a number of the database is too large');
  return count;
}
