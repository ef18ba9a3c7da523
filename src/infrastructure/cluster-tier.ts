import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { LeasedWork } from '../application/leased-work.js';
import type { AlarmClock } from '../application/ports/clock.js';
import { processesFromAfar, ProcessRunner } from '../application/processes/process-runner.js';
import { PROCESSES } from '../application/processes/processes.js';
import { EventBatches } from '../application/projections/event-batch.js';
import { ProjectionProgress } from '../application/projections/projection-progress.js';
import { reportsFromAfar } from '../application/projections/projection-report.js';
import { ProjectionRunner } from '../application/projections/projection-runner.js';
import { PROJECTIONS } from '../application/projections/projections.js';
import { ClusterStores } from './cluster-stores.js';
import { accountEventCodec } from './codec/event-codec.js';
import type { ClusterSettings } from './config/cluster-settings.js';
import type { Settings } from './config/settings.js';
import { FILES } from './embedded-tier.js';
import { masterKeyFor } from './keys/given-master-key.js';
import type { CommandMetrics } from './observability/command-metrics.js';
import { MeasuredEventStore } from './observability/measured-event-store.js';
import { Opened } from './opened.js';
import { PostgresProjectionStore } from './read-models/postgres/postgres-projection-store.js';
import { PostgresReadModels } from './read-models/postgres/postgres-read-models.js';
import type { RedisConnection } from './redis/redis-connection.js';
import { RedisEphemeralStore } from './redis/redis-ephemeral-store.js';
import { RedisLeases } from './redis/redis-leases.js';
import { RedisProcessStore } from './redis/redis-process-store.js';
import { RedisRateLimits } from './redis/redis-rate-limits.js';
import { claimEnvironment } from './service/environment.js';
import type { KeptUp, Tier } from './tier.js';
import { SharedCeremonyGate } from './webauthn/shared-ceremony-gate.js';

/**
 * Opens what any number of processes share. What this one's roles leave to others it does not do: it reports of it from afar.
 * @throws where something can't be reached, is another release's, or is of another master key. Whatever was opened by then is
 *   closed again.
 */
export async function openClusterTier(
  settings: Settings,
  cluster: ClusterSettings,
  clock: AlarmClock,
  metrics: CommandMetrics,
  logger: Logger,
): Promise<Tier> {
  const opened = new Opened();
  try {
    return await openedTier(settings, cluster, clock, metrics, logger, opened);
  } catch (failure) {
    await opened.close();
    throw failure;
  }
}

async function openedTier(
  settings: Settings,
  cluster: ClusterSettings,
  clock: AlarmClock,
  metrics: CommandMetrics,
  logger: Logger,
  opened: Opened,
): Promise<Tier> {
  const stores = new ClusterStores(cluster, logger);
  const masterKey = masterKeyFor(settings.masterKey, join(settings.dataFolder, FILES.masterKey));
  const redis = opened.closing(await stores.redis());
  await warnOfRisks(redis, logger);
  const service = opened.closing(await stores.service());
  await claimEnvironment(service.environment, settings.environment, 'database');
  const keyring = opened.closing(await stores.keyring(masterKey));
  const { keys } = keyring;
  const store = opened.closing(await stores.events());
  const events = new MeasuredEventStore(store, metrics.appendSeconds);
  const snapshots = opened.closing(await stores.snapshots());
  const rows = opened.closing(await stores.readModels());
  const ephemeral = new RedisEphemeralStore(redis, () => clock.now());
  const leases = new RedisLeases(redis);

  const codec = accountEventCodec();
  const batches = new EventBatches(codec, keyring);
  const progress = new ProjectionProgress();
  const sources = { events, batches, store: new PostgresProjectionStore(rows), readersElsewhere: true };
  const feeding = new LeasedWork(
    'projections',
    () => new ProjectionRunner(PROJECTIONS, sources, progress, logger),
    leases,
    randomUUID,
    logger,
  );

  const jobs = opened.closing(await stores.jobs(redis, clock));
  const steps = { events, batches, store: new RedisProcessStore(redis, jobs) };
  const following = new LeasedWork(
    'processes',
    () => new ProcessRunner(PROCESSES, steps, logger, clock),
    leases,
    randomUUID,
    logger,
  );

  const projections = keptUp(settings.roles.includes('projector'), feeding, () =>
    reportsFromAfar(PROJECTIONS, sources),
  );
  const processes = keptUp(settings.roles.includes('worker'), following, () =>
    processesFromAfar(PROCESSES, steps),
  );
  return {
    keys,
    apiKeys: service.apiKeys,
    signingKeys: service.signingKeys,
    eventSigningKeys: service.eventSigningKeys,
    checkpoints: service.checkpoints,
    goneReceivers: service.goneReceivers,
    events,
    codec,
    keyring,
    snapshots,
    ephemeral,
    gate: new SharedCeremonyGate(ephemeral),
    rateLimits: new RedisRateLimits(redis, keys.derive('rate-limits'), () => clock.now()),
    readModels: new PostgresReadModels(rows, PROJECTIONS, progress),
    projections,
    jobs,
    processes,
    closing: [
      { name: 'processes', end: () => processes.stop() },
      { name: 'jobs', end: () => jobs.drain() },
      { name: 'read models', end: () => projections.stop() },
      { name: 'stores', end: () => opened.close() },
    ],
  };
}

/** Work that this process takes its turn in where that is its role. */
function keptUp<Report>(
  takesPart: boolean,
  work: LeasedWork<KeptUp<Report>>,
  fromAfar: () => Promise<readonly Report[]>,
): KeptUp<Report> {
  return {
    start: () => (takesPart ? work.start() : Promise.resolve()),
    stop: () => work.stop(),
    report: () => work.current?.report() ?? fromAfar(),
  };
}

/** It goes on: ceremonies under way may be lost, and no more than that. */
async function warnOfRisks(redis: RedisConnection, logger: Logger): Promise<void> {
  const { risks } = await redis.health();
  for (const risk of risks) logger.warn({ risk }, 'Redis may lose what it is given');
}
