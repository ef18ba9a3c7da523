import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { DestinationStream, Logger } from 'pino';
import { AppModule } from './app.module.js';
import { CheckpointSigner } from './application/audit/checkpoint-signer.js';
import { JobHandlers } from './application/jobs/job-handler.js';
import { replayErasures } from './application/erasure/replay-erasures.js';
import type { AlarmClock } from './application/ports/clock.js';
import { SystemClock } from './infrastructure/clock/system-clock.js';
import { BackgroundTasks } from './infrastructure/background-tasks.js';
import { Closing } from './infrastructure/closing.js';
import { CanonicalErasureCodec } from './infrastructure/codec/erasure-codec.js';
import { loadPolicies } from './infrastructure/config/policy-files.js';
import { RelyingParties } from './infrastructure/config/relying-parties.js';
import type { Role } from './infrastructure/config/cluster-settings.js';
import type { Settings } from './infrastructure/config/settings.js';
import type { Tier } from './infrastructure/tier.js';
import { openEmbeddedTier } from './infrastructure/embedded-tier.js';
import { DemoClients } from './infrastructure/demo/demo-clients.js';
import { grpcServer, serveGrpc } from './infrastructure/grpc/serve-grpc.js';
import { Outbox } from './infrastructure/messaging/outbox.js';
import { CommandMetrics } from './infrastructure/observability/command-metrics.js';
import { openLoggers } from './infrastructure/observability/logger.js';
import { apiDocument } from './infrastructure/rest/api-document.js';
import { handleInCohorts } from './infrastructure/rest/cohorts.js';
import { answerFrameworkError } from './infrastructure/rest/framework-errors.js';
import { renderComplianceReports } from './infrastructure/rest/reference/compliance-reference.js';
import { renderErrors } from './infrastructure/rest/reference/errors-reference.js';
import { keepRawBodies } from './infrastructure/rest/raw-body.js';
import { logRequests } from './infrastructure/rest/request-log.js';
import type { Service } from './infrastructure/service.js';
import { answerToOwnHostOnly } from './infrastructure/web/development-host.js';
import { servePages } from './infrastructure/web/pages.js';

const BODY_LIMIT = 64 * 1024;
/** A ceremony's id is sealed and travels in the path. */
const LONGEST_PARAMETER = 8_192;
/** What answers point to. */
const PAGES_OF_DOCS = { '/docs/errors': renderErrors, '/docs/compliance-reports': renderComplianceReports };
const WEB_FOLDER = fileURLToPath(new URL('../web/dist', import.meta.url));

export interface RunningServer {
  readonly app: NestFastifyApplication;
  readonly service: Service;
  /** Ends it. Waits for what is under way for as long as that takes. */
  readonly closing: Closing;
}

export interface ServerOptions {
  readonly clock?: AlarmClock;
  readonly logDestination?: DestinationStream;
  /** What several processes share, in place of what the folder keeps. Whoever gives it closes it. */
  readonly shared?: Partial<Pick<Tier, 'ephemeral' | 'gate' | 'rateLimits'>>;
}

/** Opens what is kept, puts the service together and listens. @throws with what is wrong, before anything is served */
export async function startServer(settings: Settings, options: ServerOptions = {}): Promise<RunningServer> {
  const development = settings.environment === 'development';
  const clock = options.clock ?? new SystemClock();
  const { logger, requests } = openLoggers(settings.logLevel, options.logDestination);
  const metrics = new CommandMetrics();
  const origin = `http://localhost:${settings.port}`;
  const relyingParties = new RelyingParties(
    loadPolicies(
      settings.policyFolder,
      development ? { development: { origin, liveness: settings.liveness } } : {},
    ),
  );
  const opened = await openTier(settings, clock, metrics, logger);
  const tier = { ...opened, ...options.shared };
  const outbox = development ? new Outbox(() => clock.now()) : null;
  const background = new BackgroundTasks(logger);
  const service: Service = { settings, clock, logger, metrics, relyingParties, tier, background, outbox };
  let app: NestFastifyApplication | undefined;
  try {
    // Before anything is read with a key that should be no more.
    const keys = await replayErasures(tier.events, new CanonicalErasureCodec(), tier.keyring);
    if (keys > 0) logger.warn({ keys }, 'keys of erased accounts were there again, and were destroyed again');
    await tier.projections.start();
    app = await listen(service, requests);
    const served = app;
    const does = (role: Role): boolean => settings.roles.includes(role);
    if (does('worker')) {
      const handlers = served.get(JobHandlers);
      await tier.jobs.work((job) => handlers.perform(job));
    }
    await tier.processes.start();
    const signer = served.get(CheckpointSigner);
    if (does('projector')) signer.start();
    const grpc =
      settings.grpc === null || !does('api') ? null : await serveGrpc(service, served, settings.grpc);
    const demo = development && does('api') ? served.get(DemoClients) : null;
    demo?.serveBy(() => grpcServer(service, served));
    return {
      app: served,
      service,
      closing: new Closing([
        { name: 'demo', end: () => demo?.close() },
        { name: 'gRPC', end: () => grpc?.close() },
        { name: 'calls', end: () => served.close() },
        { name: 'checkpoints', end: () => signer.stop() },
        { name: 'tasks in the background', end: () => background.done() },
        ...tier.closing,
      ]),
    };
  } catch (error) {
    await app?.close();
    await new Closing(tier.closing).run();
    throw error;
  }
}

async function openTier(
  settings: Settings,
  clock: AlarmClock,
  metrics: CommandMetrics,
  logger: Logger,
): Promise<Tier> {
  if (settings.cluster === null) return openEmbeddedTier(settings, clock, metrics, logger);
  // One machine starts without loading its clients of PostgreSQL, Redis and EventStoreDB.
  const { openClusterTier } = await import('./infrastructure/cluster-tier.js');
  return openClusterTier(settings, settings.cluster, clock, metrics, logger);
}

async function listen(service: Service, requests: Logger): Promise<NestFastifyApplication> {
  const { settings } = service;
  const development = settings.environment === 'development';
  const app = await createApp(service);
  const server = app.getHttpAdapter().getInstance();
  if (development) answerToOwnHostOnly(server, settings.port);
  logRequests(server, requests);
  keepRawBodies(server, '/v1/webhooks/');
  handleInCohorts(server);
  if (settings.roles.includes('api')) await serveDocuments(app, development);
  await app.listen(settings.port, settings.host);
  return app;
}

async function serveDocuments(app: NestFastifyApplication, development: boolean): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  await servePages(server, WEB_FOLDER, development);
  const document = apiDocument(app);
  for (const [path, render] of Object.entries(PAGES_OF_DOCS)) {
    server.get(path, (_request, reply) => reply.type('text/markdown; charset=utf-8').send(render()));
  }
  SwaggerModule.setup('docs', app, document, {
    customSiteTitle: 'Latchkey API',
    jsonDocumentUrl: 'docs/openapi.json',
  });
}

/** The application without a port: what the generated documents are made from. */
export function createApp(service: Service): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    trustProxy: false,
    frameworkErrors: answerFrameworkError,
  });
  return NestFactory.create<NestFastifyApplication>(AppModule.for(service), adapter, {
    logger: false,
    abortOnError: false,
    // Fastify's own takes JSON and nothing else that a call could want; Nest's would make a new one for each request.
    bodyParser: false,
  });
}
