import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HistoryReader } from '../../application/audit/history-reader.js';
import { EventFeed } from '../../application/queries/event-feed.js';
import type { GrpcSettings } from '../config/grpc-settings.js';
import { Readiness } from '../observability/readiness.js';
import { KeyAdmission } from '../rest/key-admission.js';
import type { Service } from '../service.js';
import { PositionTokens } from '../tokens/position-tokens.js';
import { readGrpcApi } from './api.js';
import { GrpcServer, PortTaken } from './grpc-server.js';
import { RestCalls } from './rest-calls.js';
import { EventSubscriptions } from './subscribe-events.js';

/**
 * Listens for gRPC beside the REST API. Null in development where nobody named a port and the assumed one is taken, by
 * another Latchkey as a rule: that is no reason not to start.
 * @throws PortTaken; where the certificate is none
 */
export async function serveGrpc(
  service: Service,
  app: NestFastifyApplication,
  how: GrpcSettings,
): Promise<GrpcServer | null> {
  const { logger, settings } = service;
  const server = grpcServer(service, app);
  try {
    await server.listen(how);
    return server;
  } catch (error) {
    await server.close();
    const assumed = !how.named && settings.environment === 'development';
    if (!(error instanceof PortTaken) || !assumed) throw error;
    logger.warn({ port: how.port }, 'gRPC is not served: its port is taken. GRPC_PORT names another');
    return null;
  }
}

/** The gRPC edge of an application, before it listens. */
export function grpcServer({ logger, settings }: Service, app: NestFastifyApplication): GrpcServer {
  const api = readGrpcApi();
  // In development the REST API answers to its own name only.
  const rest = new RestCalls(api, app.getHttpAdapter().getInstance(), `localhost:${settings.port}`);
  const subscriptions = new EventSubscriptions(
    app.get(EventFeed),
    app.get(KeyAdmission),
    app.get(PositionTokens),
    app.get(HistoryReader),
  );
  const readiness = app.get(Readiness);
  const ready = async () => (await readiness.report()).ready;
  return new GrpcServer({ api, rest, subscriptions, logger, ready });
}
