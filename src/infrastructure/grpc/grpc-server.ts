import type { Message } from '@bufbuild/protobuf';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerErrorResponse,
  ServiceDefinition,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { Server, ServerCredentials, setLogger, status } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { GrpcSettings } from '../config/grpc-settings.js';
import { problemOf, Refused } from '../rest/problem.js';
import type { ApiMethod, GrpcApi, RestCall } from './api.js';
import type { RestCalls } from './rest-calls.js';
import { GrpcHealth } from './health.js';
import { reflectionOf } from './reflection.js';
import { statusOf } from './status.js';
import type { EventSubscriptions } from './subscribe-events.js';

/** As REST takes them. */
const LARGEST_MESSAGE = 64 * 1024;
const LONGEST_METADATA = 16 * 1024;
/** A client that is gone without a word is noticed, and what it subscribed to is let go of. */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000 };
/** Milliseconds that calls under way are given when the service stops. */
const FAREWELL = 5_000;

/** The library tells more, and less clearly, on standard error. */
setLogger({ error: () => undefined });

export class PortTaken extends Error {
  constructor(port: number) {
    super(`gRPC can't be served: port ${port} is taken. GRPC_PORT names another, or is 0 for none.`);
    this.name = 'PortTaken';
  }
}

export interface Edge {
  readonly api: GrpcApi;
  readonly rest: RestCalls;
  readonly subscriptions: EventSubscriptions;
  readonly logger: Logger;
  /** As `/health/ready` has it. */
  readonly ready: () => Promise<boolean>;
}

/** Serves `latchkey.v1`, with reflection and health, until it is closed. */
export class GrpcServer {
  private readonly server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_metadata_size': LONGEST_METADATA,
    ...KEEPALIVE,
  });
  private readonly closing = new AbortController();
  private readonly health: GrpcHealth;

  constructor(private readonly edge: Edge) {
    const { services } = edge.api;
    for (const methods of services.values()) {
      this.server.addService(definitionOf(methods), this.implementationOf(methods));
    }
    reflectionOf(edge.api).addToServer(this.server);
    this.health = new GrpcHealth(services.keys(), edge.ready);
    this.health.addToServer(this.server);
  }

  /**
   * Answers the port, which the system picks for 0.
   * @throws PortTaken; where the certificate is none
   */
  async listen({ host, port, tls }: GrpcSettings): Promise<number> {
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(
            tls.clientAuthority ?? null,
            [{ private_key: tls.key, cert_chain: tls.certificate }],
            tls.clientAuthority !== undefined,
          );
    await this.health.start();
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return new Promise((resolve, reject) => {
      this.server.bindAsync(address, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error.message.includes('EADDRINUSE') ? new PortTaken(port) : error);
      });
    });
  }

  /** Lets calls under way come to their end, for a while; ends subscriptions, which their clients resume elsewhere. */
  close(): Promise<void> {
    this.health.stop();
    this.closing.abort();
    return new Promise((resolve) => {
      const force = setTimeout(() => this.server.forceShutdown(), FAREWELL);
      this.server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  private implementationOf(methods: readonly ApiMethod[]): Record<string, UntypedHandleCall> {
    return Object.fromEntries(
      methods.map((method): [string, UntypedHandleCall] => [method.desc.name, this.handlerOf(method)]),
    );
  }

  private handlerOf(method: ApiMethod): UntypedHandleCall {
    const { rest } = method;
    if (rest === undefined) return this.subscription(method);
    return method.desc.methodKind === 'unary' ? this.unary(method, rest) : this.streaming(method, rest);
  }

  private unary(method: ApiMethod, rest: RestCall): handleUnaryCall<Message, Message> {
    return (call, callback) => {
      // Nobody waits for it any more, and what it would change nobody would know of.
      if (isOver(call.getDeadline())) {
        callback({
          code: status.DEADLINE_EXCEEDED,
          details: 'The deadline had passed before the call began.',
        });
        return;
      }
      this.edge.rest.unary(method, rest, call).then(
        (answer) => callback(null, answer),
        (error: unknown) => callback(this.errorOf(method, error)),
      );
    };
  }

  private streaming(method: ApiMethod, rest: RestCall): handleServerStreamingCall<Message, Message> {
    return (call) => {
      this.edge.rest.stream(method, rest, call).then(
        () => call.end(),
        (error: unknown) => call.emit('error', this.errorOf(method, error)),
      );
    };
  }

  private subscription(method: ApiMethod): handleServerStreamingCall<Message, Message> {
    return (call) => {
      this.edge.subscriptions.serve(method, call, this.closing.signal).then(
        () =>
          call.emit('error', { code: status.UNAVAILABLE, details: 'The service stops. Subscribe again.' }),
        (error: unknown) => call.emit('error', this.errorOf(method, error)),
      );
    };
  }

  private errorOf({ name }: ApiMethod, error: unknown): ServerErrorResponse | object {
    if (error instanceof Refused) return statusOf(this.edge.api, problemOf(error));
    if (error instanceof Error && 'code' in error && 'metadata' in error) return error;
    this.edge.logger.error({ err: error, method: name }, 'a call failed unexpectedly');
    return statusOf(this.edge.api, problemOf(new Refused('internal')));
  }
}

function isOver(deadline: Date | number): boolean {
  return Number(deadline) <= Date.now();
}

function definitionOf(methods: readonly ApiMethod[]): ServiceDefinition {
  return Object.fromEntries(
    methods.map(({ name, desc }) => [
      desc.name,
      {
        path: `/${name}`,
        requestStream: false,
        responseStream: desc.methodKind === 'server_streaming',
        requestSerialize: (message: Message) => Buffer.from(toBinary(desc.input, message)),
        requestDeserialize: (bytes: Buffer) => fromBinary(desc.input, bytes),
        responseSerialize: (message: Message) => Buffer.from(toBinary(desc.output, message)),
        responseDeserialize: (bytes: Buffer) => fromBinary(desc.output, bytes),
      },
    ]),
  );
}
