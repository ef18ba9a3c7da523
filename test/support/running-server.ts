import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { GrpcSettings } from '../../src/infrastructure/config/grpc-settings.js';
import { ROLES } from '../../src/infrastructure/config/cluster-settings.js';
import type { Settings } from '../../src/infrastructure/config/settings.js';
import type { OutboxEntry } from '../../src/infrastructure/messaging/outbox.js';
import type { Scope } from '../../src/infrastructure/service/api-keys.js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { developmentKey } from '../../src/infrastructure/service/development-key.js';
import type { Service } from '../../src/infrastructure/service.js';
import type { ServerOptions } from '../../src/server.js';
import { startServer } from '../../src/server.js';
import { AdvancingClock } from './advancing-clock.js';
import { closedInTime, clusterFor, followClock, IS_CLUSTER } from './cluster.js';
import { temporaryFolder } from './temporary-folder.js';

export { AdvancingClock };

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly text: string;
  /** The JSON of it; undefined where it is empty or no JSON. */
  readonly body: unknown;
}

export interface CallOptions {
  /** Sent as JSON; text and bytes are sent as they are. */
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
  /** The API key; null for none. Default: development's, which may do everything. */
  readonly key?: string | null;
}

export interface RunningServer {
  readonly origin: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly clock: AdvancingClock;
  readonly service: Service;
  /** Calls without a network, whose buffers would take much before they make anyone wait. */
  readonly inject: FastifyInstance['inject'];
  /** What was logged so far. */
  readonly log: () => string;
  /** Of development: every scope for every product. */
  readonly key: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Makes a key with these scopes only. */
  keyFor(rp: string, ...scopes: Scope[]): Promise<string>;
  /** Messages to a destination, newest first. */
  messagesTo(destination: string): readonly OutboxEntry[];
  close(): Promise<void>;
}

export interface ServerUnderTest {
  readonly clock?: AdvancingClock;
  readonly settings?: Partial<Settings>;
  readonly shared?: ServerOptions['shared'];
}

/** Settings for gRPC in the clear, on a port that is free. */
export async function withGrpc(): Promise<{ readonly grpc: GrpcSettings }> {
  return { grpc: { host: '127.0.0.1', port: await freePort(), named: true, tls: undefined } };
}

/** Starts the service in this process on a port of its own; by default in development, in a fresh folder. */
export async function runServer(options: ServerUnderTest = {}): Promise<RunningServer> {
  const clock = options.clock ?? new AdvancingClock();
  const port = options.settings?.port ?? (await freePort());
  const settings = { ...settingsFor(port), ...options.settings };
  const cluster = settings.cluster ?? (IS_CLUSTER ? await clusterFor(settings.dataFolder) : null);
  const leaveClock = cluster === null ? undefined : await followClock(clock, cluster);
  const logged: string[] = [];
  const logDestination = { write: (line: string) => void logged.push(line) };
  const started = await startServer(
    { ...settings, cluster },
    {
      clock,
      logDestination,
      ...(options.shared && { shared: options.shared }),
    },
  );
  const { app, service } = started;
  const fastify = app.getHttpAdapter().getInstance();
  const agent = new Agent({ keepAlive: true });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      agent.destroy();
      await started.closing.run();
      leaveClock?.();
    })());
  if (cluster !== null) closedInTime(close);
  const keys = new ApiKeys(service.tier.apiKeys);
  const key = settings.environment === 'development' ? await developmentKey(service) : '';
  return {
    origin: `http://localhost:${port}`,
    port,
    dataFolder: settings.dataFolder,
    clock,
    service,
    inject: fastify.inject.bind(fastify),
    log: () => logged.join(''),
    key,
    call: (method, path, { key: own = key, headers = {}, body } = {}) =>
      exchange(agent, port, method, path, body, {
        ...(own !== null && { authorization: `Bearer ${own}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      }),
    keyFor: async (rp, ...scopes) => (await keys.create(rp, scopes, 'of a test', clock.now())).secret,
    messagesTo: (destination) => service.outbox?.list(destination) ?? [],
    close,
  };
}

export function settingsFor(port: number, dataFolder = temporaryFolder()): Settings {
  return {
    environment: 'development',
    host: '127.0.0.1',
    port,
    grpc: null,
    cluster: null,
    roles: ROLES,
    dataFolder,
    policyFolder: resolve('config/relying-parties'),
    developmentApiKey: `lk_${randomBytes(32).toString('base64url')}`,
    masterKey: undefined,
    issuer: `http://localhost:${port}`,
    smtp: undefined,
    sms: undefined,
    liveness: 'simulator',
    sumsub: { baseUrl: 'https://api.sumsub.com', products: new Map() },
    webhookSecrets: new Map(),
    logLevel: 'error',
    accountCache: 1_000,
  };
}

/** Asks until the answer holds what is waited for. @throws after ten seconds, with the last answer */
export async function until(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = performance.now() + 10_000;
  let answer = await ask();
  while (!holds(answer)) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${answer.status} ${answer.text}`);
    answer = await ask();
  }
  return answer;
}

/** Below the ports that systems give to outgoing connections, one of which could come in between. */
const PORTS = { from: 15_000, to: 32_000 };

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const port = randomInt(PORTS.from, PORTS.to);
  const server = createServer();
  const free = await new Promise<boolean>((resolveFree) => {
    server.once('error', () => resolveFree(false));
    server.listen(port, '127.0.0.1', () => resolveFree(true));
  });
  if (!free) return freePort();
  await new Promise((closed) => server.close(closed));
  return port;
}

function exchange(
  agent: Agent,
  port: number,
  method: string,
  path: string,
  body: unknown,
  headers: OutgoingHttpHeaders,
): Promise<Answer> {
  return new Promise((resolveAnswer, rejectAnswer) => {
    const payload = payloadOf(body);
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          host: `localhost:${port}`,
          ...(payload !== undefined && { 'content-length': payload.byteLength }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', rejectAnswer);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolveAnswer({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: jsonOf(text),
          });
        });
      },
    );
    sent.on('error', rejectAnswer);
    sent.end(payload);
  });
}

function payloadOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
