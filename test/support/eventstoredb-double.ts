import { setTimeout as delay } from 'node:timers/promises';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type {
  sendUnaryData,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js';
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { clusterInfo, supportedMethods } from './eventstoredb-gossip.js';

interface Stored {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
}

/** What the nodes of a cluster share; each node has its connections by itself. */
interface Cluster {
  readonly log: Stored[];
  readonly streams: Map<string, Stored[]>;
  readonly nodes: EventStoreDbDouble[];
  leader: EventStoreDbDouble;
  /** Where the next event goes. */
  end: number;
}

/** What the double may do wrong, each until it is told otherwise. */
export interface Faults {
  /** It takes calls and answers none. */
  silent?: boolean;
  /** So many of the next appends are written, and their answers lost with the connection. */
  losesAnswers?: number;
  /** Called once, as soon as an append is written, and before its answer is on its way. */
  onceWritten?: () => void;
  /** So many of the next calls are refused by a node that doesn't lead, and names this double as the leader. */
  doesNotLead?: number;
  /** In ms, before each answer. */
  slow?: number;
  /** A refused append doesn't say where the stream is. */
  hidesRevision?: boolean;
}

export interface Secured {
  /** PEM. */
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** `name:password` of the one caller that it knows. */
  readonly user: string;
}

const STRANGER = { code: status.UNAUTHENTICATED, details: 'no such user' };

/** Bytes that the log of a server has for an event besides its data; positions are places in it. */
const OVERHEAD = 211;
const FIRST_POSITION = 4_096;

/**
 * A double of EventStoreDB: it speaks the real protocol, by the messages and services that the client was generated from, and keeps
 * to server 23.10's rules of idempotency. It is no EventStoreDB: what passes here has been tried against this double.
 */
export class EventStoreDbDouble {
  readonly faults: Faults = {};
  /** How often each call came. */
  readonly calls = new Map<string, number>();
  private readonly server = new Server();
  private readonly listeners = new Set<ServerWritableStream<ReadReq, unknown>>();
  private readonly cluster: Cluster;
  private isUp = true;
  /** That it listens on. */
  port = 0;

  private constructor(
    private readonly secured: Secured | undefined,
    first: EventStoreDbDouble | undefined,
  ) {
    this.cluster = first?.cluster ?? {
      log: [],
      streams: new Map(),
      nodes: [],
      leader: this,
      end: FIRST_POSITION,
    };
    this.cluster.nodes.push(this);
  }

  /** Nodes with one log, which all have at once whatever the leader has written. The first one leads. */
  static async startCluster(count: number): Promise<readonly [EventStoreDbDouble, ...EventStoreDbDouble[]]> {
    const first = await EventStoreDbDouble.start();
    const others: EventStoreDbDouble[] = [];
    for (let node = 1; node < count; node++) others.push(await EventStoreDbDouble.start(undefined, first));
    return [first, ...others];
  }

  static async start(secured?: Secured, first?: EventStoreDbDouble): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(secured, first);
    double.server.addService(gossipServices.GossipService, {
      read: (_call: unknown, done: sendUnaryData<unknown>) => double.gossip(done),
    });
    double.server.addService(featureServices.ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, done: sendUnaryData<unknown>) => double.tellFeatures(done),
    });
    double.server.addService(services.StreamsService, {
      append: (call: ServerReadableStream<AppendReq, unknown>, done: sendUnaryData<unknown>) =>
        void double.append(call, done),
      read: (call: ServerWritableStream<ReadReq, unknown>) => void double.read(call),
      batchAppend: () => double.count('batchAppend'),
      delete: (_call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) =>
        done({ code: status.UNIMPLEMENTED }),
      tombstone: (_call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) =>
        done({ code: status.UNIMPLEMENTED }),
    });
    await double.listen(0);
    return double;
  }

  /** Without TLS. */
  get connectionString(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Of all nodes, whichever leads and whichever is up. */
  get clusterConnectionString(): string {
    return `esdb://${this.cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  /** As elected by the others. */
  lead(): void {
    this.cluster.leader = this;
  }

  /** Of a server with TLS, for a caller who says who he is and trusts the authority in that file. */
  securedConnectionString(user: string, authorityFile: string): string {
    return `esdb://${user}@localhost:${this.port}?tls=true&tlsCAFile=${authorityFile}`;
  }

  /** Events that others write: the log is not ours alone. */
  foreign(stream: string, count = 1): void {
    for (let each = 0; each < count; each++) {
      this.write(stream, { id: crypto.randomUUID(), type: '$statsCollected', data: Uint8Array.of(123, 125) });
    }
  }

  /** The ids of all events of a type, in the order in which they were written. */
  idsOf(type: string): readonly string[] {
    return this.cluster.log.filter((stored) => stored.type === type).map(({ id }) => id);
  }

  /** Ends all subscriptions, as a server does that is restarted or that found its reader too slow. */
  dropSubscriptions(): void {
    for (const listener of this.listeners) {
      listener.emit('error', Object.assign(new Error('dropped'), { code: status.UNAVAILABLE }));
    }
    this.listeners.clear();
  }

  stop(): void {
    this.isUp = false;
    this.server.forceShutdown();
  }

  private listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const credentials =
        this.secured === undefined
          ? ServerCredentials.createInsecure()
          : ServerCredentials.createSsl(null, [
              { cert_chain: this.secured.certificate, private_key: this.secured.key },
            ]);
      this.server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
        if (error !== null) {
          reject(error);
          return;
        }
        this.port = bound;
        resolve();
      });
    });
  }

  /** A server with TLS knows its callers by name and password. */
  private knows(metadata: Metadata): boolean {
    if (this.secured === undefined) return true;
    const shown = `Basic ${Buffer.from(this.secured.user).toString('base64')}`;
    return metadata.get('authorization')[0] === shown;
  }

  private count(call: string): void {
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1);
  }

  /** @returns false where the call is to be left without an answer */
  private async answers(): Promise<boolean> {
    if (this.faults.slow !== undefined) await delay(this.faults.slow);
    return this.faults.silent !== true;
  }

  private tellFeatures(done: sendUnaryData<unknown>): void {
    this.count('getSupportedMethods');
    done(null, supportedMethods());
  }

  private gossip(done: sendUnaryData<unknown>): void {
    this.count('gossip');
    const { leader, nodes } = this.cluster;
    const told = nodes.map((node) => ({ port: node.port, isUp: node.isUp, leads: node === leader }));
    done(null, clusterInfo(told));
  }

  private notLeading(): { code: number; details: string; metadata: Metadata } | undefined {
    const { doesNotLead = 0 } = this.faults;
    const { leader } = this.cluster;
    if (doesNotLead === 0 && leader === this) return undefined;
    if (leader === this) this.faults.doesNotLead = doesNotLead - 1;
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', '127.0.0.1');
    metadata.set('leader-endpoint-port', String(leader.port));
    return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
  }

  private async append(
    call: ServerReadableStream<AppendReq, unknown>,
    done: sendUnaryData<unknown>,
  ): Promise<void> {
    this.count('append');
    let options: AppendReq.Options | undefined;
    const events: Pick<Stored, 'id' | 'type' | 'data'>[] = [];
    for await (const message of call as AsyncIterable<AppendReq>) {
      options = message.getOptions() ?? options;
      const proposed = message.getProposedMessage();
      if (proposed === undefined) continue;
      events.push({
        id: proposed.getId()?.getString() ?? '',
        type: proposed.getMetadataMap().get('type') ?? '',
        data: new Uint8Array(proposed.getData_asU8()),
      });
    }
    if (!(await this.answers())) return;
    if (!this.knows(call.metadata)) {
      done(STRANGER);
      return;
    }
    const refusal = this.notLeading();
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    if (options === undefined) {
      done({ code: status.INVALID_ARGUMENT });
      return;
    }
    const stream = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    const expected = options.hasNoStream() ? -1 : Number(options.getRevision());
    const there = this.cluster.streams.get(stream) ?? [];
    const answer = new messages.AppendResp();
    if (there.length - 1 !== expected) {
      const found = events.map(({ id }, index) => there[expected + 1 + index]?.id === id);
      if (found[0] === true && found.includes(false)) {
        const metadata = new Metadata();
        metadata.set('exception', 'invalid-transaction');
        done({ code: status.UNKNOWN, details: 'Invalid transaction', metadata });
        return;
      }
      if (found[0] !== true) {
        answer.setWrongExpectedVersion(this.wrongVersion(options, there.length - 1));
        done(null, answer);
        return;
      }
    } else {
      for (const event of events) this.write(stream, event);
      const { onceWritten } = this.faults;
      delete this.faults.onceWritten;
      onceWritten?.();
    }
    const { losesAnswers = 0 } = this.faults;
    if (losesAnswers > 0) {
      this.faults.losesAnswers = losesAnswers - 1;
      done({ code: status.UNAVAILABLE, details: 'the connection was lost' });
      return;
    }
    const last = (this.cluster.streams.get(stream) ?? [])[expected + events.length];
    const success = new messages.AppendResp.Success();
    success.setCurrentRevision(String(expected + events.length));
    const position = new messages.AppendResp.Position();
    position.setCommitPosition(String(last?.position ?? 0));
    position.setPreparePosition(String(last?.position ?? 0));
    success.setPosition(position);
    answer.setSuccess(success);
    done(null, answer);
  }

  private wrongVersion(options: AppendReq.Options, actual: number) {
    const wrong = new messages.AppendResp.WrongExpectedVersion();
    if (this.faults.hidesRevision === true) return wrong;
    if (actual >= 0) wrong.setCurrentRevision(String(actual));
    else wrong.setCurrentNoStream(new shared.Empty());
    if (options.hasNoStream()) wrong.setExpectedNoStream(new shared.Empty());
    else wrong.setExpectedRevision(options.getRevision());
    return wrong;
  }

  private write(stream: string, event: Pick<Stored, 'id' | 'type' | 'data'>): void {
    const ofStream = this.cluster.streams.get(stream) ?? [];
    this.cluster.streams.set(stream, ofStream);
    const stored = { ...event, stream, revision: ofStream.length, position: this.cluster.end };
    this.cluster.end += OVERHEAD + event.data.length;
    ofStream.push(stored);
    this.cluster.log.push(stored);
    for (const listener of this.cluster.nodes.flatMap(({ listeners }) => [...listeners])) {
      if (passes(stored, listener.request)) listener.write(answerOf(stored));
    }
  }

  private async read(call: ServerWritableStream<ReadReq, unknown>): Promise<void> {
    this.count('read');
    if (!(await this.answers())) return;
    if (!this.knows(call.metadata)) {
      call.emit('error', STRANGER);
      return;
    }
    const options = call.request.getOptions();
    if (options === undefined) {
      call.destroy(new Error('a read without options'));
      return;
    }
    if (options.hasSubscription()) {
      const confirmation = new messages.ReadResp.SubscriptionConfirmation();
      confirmation.setSubscriptionId(crypto.randomUUID());
      const confirmed = new messages.ReadResp();
      confirmed.setConfirmation(confirmation);
      call.write(confirmed);
      this.listeners.add(call);
      call.on('cancelled', () => this.listeners.delete(call));
      return;
    }
    const count = Number(options.getCount());
    const found = options.hasStream() ? this.ofStream(options) : this.ofLog(call.request);
    if (found === undefined) {
      const missing = new messages.ReadResp();
      missing.setStreamNotFound(new messages.ReadResp.StreamNotFound());
      call.write(missing);
    }
    for (const stored of (found ?? []).slice(0, count)) {
      if (!call.write(answerOf(stored))) await new Promise((resolve) => call.once('drain', resolve));
    }
    call.end();
  }

  private ofStream(options: ReadReq.Options): readonly Stored[] | undefined {
    const from = options.getStream();
    const name = Buffer.from(from?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    const there = this.cluster.streams.get(name);
    if (from?.hasEnd() === true) return there?.toReversed();
    return there?.slice(Number(from?.getRevision() ?? 0));
  }

  private ofLog(request: ReadReq): readonly Stored[] {
    const all = request.getOptions()?.getAll();
    const count = Number(request.getOptions()?.getCount());
    const found: Stored[] = [];
    if (all?.hasEnd() === true) {
      for (let at = this.cluster.log.length - 1; at >= 0 && found.length < count; at--) {
        const stored = this.cluster.log[at];
        if (stored !== undefined && passes(stored, request)) found.push(stored);
      }
      return found;
    }
    const from = Number(all?.getPosition()?.getPreparePosition() ?? 0);
    for (let at = this.placeOf(from); at < this.cluster.log.length && found.length < count; at++) {
      const stored = this.cluster.log[at];
      if (stored !== undefined && passes(stored, request)) found.push(stored);
    }
    return found;
  }

  /** Of the first event at or after a position. */
  private placeOf(position: number): number {
    let [low, high] = [0, this.cluster.log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.cluster.log[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function passes({ stream }: Stored, request: ReadReq): boolean {
  const prefixes = request.getOptions()?.getFilter()?.getStreamIdentifier()?.getPrefixList();
  return prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
}

function answerOf({ data, id, position, revision, stream, type }: Stored) {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  const uuid = new shared.UUID();
  uuid.setString(id);
  const recorded = new messages.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuid);
  recorded.setStreamIdentifier(identifier);
  recorded.setStreamRevision(String(revision));
  recorded.setPreparePosition(String(position));
  recorded.setCommitPosition(String(position));
  recorded.getMetadataMap().set('type', type);
  recorded.getMetadataMap().set('content-type', 'application/octet-stream');
  recorded.getMetadataMap().set('created', '17640000000000000');
  recorded.setData(data);
  const event = new messages.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(position));
  const answer = new messages.ReadResp();
  answer.setEvent(event);
  return answer;
}
