import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions, Metadata } from '@grpc/grpc-js';
import type { Credentials } from '@eventstore/db-client';
import {
  binaryEvent,
  ErrorType,
  EventStoreDBClient,
  NO_STREAM,
  streamNameFilter,
  END,
} from '@eventstore/db-client';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type {
  EventToAppend,
  ExpectedRevision,
  Position,
  RecordedEvent,
  Revision,
} from '../../../application/ports/event-store.js';
import { EventIdReused, WrongExpectedRevision } from '../../../application/ports/event-store.js';
import { EventStoreUnavailable, isCommandFailure, isPassing, within } from './event-store-failure.js';
import { logRequest, streamRequest } from './read-request.js';

/** In ms. */
export interface Patience {
  /** For one try of a call. */
  readonly each: number;
  /** For all tries of it. */
  readonly all: number;
}

const PATIENCE: Patience = { each: 10_000, all: 30_000 };
/** In ms. Between tries, doubled each time. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** Of the client's own workings, for the calls that it doesn't offer: they go by its connection and its discovery. */
interface CallRunner {
  callArguments(options: object): readonly [Metadata, CallOptions];
  execute<Answer>(
    service: typeof StreamsClient,
    name: string,
    call: (client: StreamsClient) => Promise<Answer>,
  ): Promise<Answer>;
}

export interface EventStoreAddress {
  /** As the server's documents write it: `esdb+discover://user:password@host:2113?tls=true`. */
  readonly connectionString: string;
  /** What the name of each of our streams begins with on the server, so that it may be shared. */
  readonly namespace: string;
}

/**
 * Calls of one server or cluster, each with a limit and tried again while the fault may pass. Stream names are those of the port;
 * the namespace is put before them here.
 *
 * Appends go by the unary call, which the client takes where a call brings its credentials: its batch call ignores deadlines,
 * shares its waiting calls among all clients of the process, and throws where an answer comes twice.
 */
export class EventStoreClient {
  private readonly client: EventStoreDBClient;
  private readonly calls: CallRunner;
  private readonly credentials: Credentials;
  private readonly ending = new AbortController();

  constructor(
    private readonly address: EventStoreAddress,
    private readonly patience: Patience = PATIENCE,
  ) {
    // Every call that waits to be tried again listens: while the server is away, any number of them.
    setMaxListeners(0, this.ending.signal);
    this.client = EventStoreDBClient.connectionString(address.connectionString);
    this.calls = this.client as unknown as CallRunner;
    this.credentials = credentialsIn(address.connectionString);
  }

  /** @returns the last event's revision and position */
  async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<{ readonly revision: Revision; readonly position: Position }> {
    const { position, revision } = await this.tried(async () => {
      const appended = await within(
        this.patience.each + FIRST_PAUSE,
        this.client.appendToStream(
          this.named(stream),
          events.map(({ body, eventId: id, type }) => binaryEvent({ id, type, data: body })),
          {
            expectedRevision: expected === 'no-stream' ? NO_STREAM : BigInt(expected),
            credentials: this.credentials,
            requiresLeader: true,
            deadline: this.patience.each,
          },
        ),
      );
      return { revision: Number(appended.nextExpectedRevision), position: appended.position };
    }).catch((error: unknown) => this.refused(error, stream, events, expected));
    // Where several were written, or were there before, which of them the position is of isn't promised.
    if (events.length === 1 && position !== undefined)
      return { revision, position: Number(position.prepare) };
    const [last] = await this.ofStream(stream, revision, 1);
    if (last === undefined) throw new EventStoreUnavailable('what was appended could not be read');
    return { revision, position: last.position };
  }

  ofStream(stream: string, from: Revision, count: number): Promise<readonly RecordedEvent[]> {
    return this.read(streamRequest(this.named(stream), from, count));
  }

  /** Forwards, those after a position. */
  async ofLog(
    after: Position,
    prefixes: readonly string[],
    count: number,
  ): Promise<readonly RecordedEvent[]> {
    if (prefixes.length === 0) return [];
    // The server begins with the event at the position.
    const request = logRequest(after === 0 ? 'start' : after, this.allNamed(prefixes), count + 1);
    return (await this.read(request)).filter(({ position }) => position > after).slice(0, count);
  }

  /** The event at a position. The server begins to read with it, or with the next one where it is none of ours. */
  async at(position: Position): Promise<RecordedEvent | undefined> {
    if (position === 0) return undefined;
    const [event] = await this.read(logRequest(position, this.allNamed(['']), 1));
    return event?.position === position ? event : undefined;
  }

  /** The last event of all. */
  async last(): Promise<RecordedEvent | undefined> {
    const [last] = await this.read(logRequest('end', this.allNamed(['']), 1));
    return last;
  }

  /** Calls back whenever an event of ours was written, until the signal ends it. @throws where the connection ends */
  async listen(signal: AbortSignal, heard: () => void): Promise<void> {
    const subscription = this.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [this.address.namespace] }),
      credentials: this.credentials,
    });
    const stop = (): void => void subscription.unsubscribe().catch(() => undefined);
    signal.addEventListener('abort', stop, { once: true });
    try {
      subscription.once('confirmation', heard);
      for await (const _event of subscription) heard();
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.client.dispose();
  }

  private async read(request: ReadReq): Promise<readonly RecordedEvent[]> {
    return this.tried(() =>
      this.calls.execute(services.StreamsClient, 'read', (client) => this.answersTo(client, request)),
    );
  }

  private async answersTo(client: StreamsClient, request: ReadReq): Promise<readonly RecordedEvent[]> {
    const [metadata, options] = this.calls.callArguments({
      credentials: this.credentials,
      deadline: this.patience.each,
    });
    const call = client.read(request, metadata, options);
    const events: RecordedEvent[] = [];
    for await (const answer of call as AsyncIterable<ReadResp>) {
      const recorded = answer.getEvent()?.getEvent();
      if (recorded !== undefined) events.push(this.recorded(recorded));
    }
    return events;
  }

  private recorded(event: ReadResp.ReadEvent.RecordedEvent): RecordedEvent {
    const name = Buffer.from(event.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    const position = Number(event.getPreparePosition());
    if (!Number.isSafeInteger(position))
      throw new RangeError('a position is beyond what can be counted exactly');
    return {
      position,
      stream: name.slice(this.address.namespace.length),
      revision: Number(event.getStreamRevision()),
      eventId: event.getId()?.getString() ?? '',
      type: event.getMetadataMap().get('type') ?? '',
      body: new Uint8Array(event.getData_asU8()),
    };
  }

  /** What the server says of an append that it refused. */
  private async refused(
    error: unknown,
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<never> {
    if (!isCommandFailure(error)) throw error;
    // Its word for: the first events stand there, and others after them.
    if (error.type === ErrorType.INVALID_TRANSACTION) throw new EventIdReused(events[0]?.eventId ?? '');
    if (error.type !== ErrorType.WRONG_EXPECTED_VERSION) throw error;
    // Not every answer says where the stream is.
    const [last] = await this.read(streamRequest(this.named(stream), 'end', 1));
    throw new WrongExpectedRevision(stream, expected, last?.revision ?? 'no-stream');
  }

  /** @throws EventStoreUnavailable */
  private async tried<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const deadline = performance.now() + this.patience.all;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
      try {
        return await call();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (this.ending.signal.aborted || performance.now() + pause > deadline) {
          throw new EventStoreUnavailable(error);
        }
        await delay(pause * (0.5 + Math.random() / 2), undefined, { signal: this.ending.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  private named(stream: string): string {
    return `${this.address.namespace}${stream}`;
  }

  private allNamed(prefixes: readonly string[]): readonly string[] {
    return prefixes.map((prefix) => this.named(prefix));
  }
}

/** What stands before the hosts, of which there may be several: no URL to anybody else. */
function credentialsIn(connectionString: string): Credentials {
  const [, username = '', password = ''] = /^[^:]+:\/\/([^:@/]*):([^@/]*)@/u.exec(connectionString) ?? [];
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
