import { join } from 'node:path';
import type { AccountEvent } from '../domain/account/events.js';
import type { AlarmClock } from '../application/ports/clock.js';
import { ProcessRunner } from '../application/processes/process-runner.js';
import { PROCESSES } from '../application/processes/processes.js';
import { EventBatches } from '../application/projections/event-batch.js';
import { ProjectionProgress } from '../application/projections/projection-progress.js';
import { ProjectionRunner } from '../application/projections/projection-runner.js';
import { PROJECTIONS } from '../application/projections/projections.js';
import { CanonicalEventCodec } from './codec/event-codec.js';
import { ACCOUNT_EVENTS } from './codec/account-events.js';
import type { Settings } from './config/settings.js';
import { SqliteEphemeralStore } from './ephemeral/sqlite-ephemeral-store.js';
import { SqliteEventStore } from './event-store/sqlite/sqlite-event-store.js';
import { SqliteJobQueue } from './jobs/sqlite/sqlite-job-queue.js';
import { SqliteJobStore } from './jobs/sqlite/sqlite-job-store.js';
import { masterKeyFor } from './keys/given-master-key.js';
import { SqliteKeyring } from './keys/sqlite-keyring.js';
import type { CommandMetrics } from './observability/command-metrics.js';
import { MeasuredEventStore } from './observability/measured-event-store.js';
import { SqliteRateLimits } from './rate-limits/sqlite-rate-limits.js';
import { ReadModelsConnection } from './read-models/sqlite/connection.js';
import { SqliteProjectionStore } from './read-models/sqlite/sqlite-projection-store.js';
import { SqliteReadModels } from './read-models/sqlite/sqlite-read-models.js';
import { claimEnvironment } from './service/environment.js';
import { openCheckpointDatabase } from './service/sqlite/checkpoint-database.js';
import { openServiceDatabase } from './service/sqlite/service-database.js';
import { SqliteApiKeyStore } from './service/sqlite/sqlite-api-key-store.js';
import { SqliteCheckpointStore } from './service/sqlite/sqlite-checkpoint-store.js';
import { SqliteEnvironmentStore } from './service/sqlite/sqlite-environment-store.js';
import { SqliteGoneReceiverStore } from './service/sqlite/sqlite-gone-receiver-store.js';
import { SqliteSigningKeyStore } from './service/sqlite/sqlite-signing-key-store.js';
import { SqliteSnapshotStore } from './snapshots/sqlite-snapshot-store.js';
import { CheckpointThread } from './sqlite/checkpoint-thread.js';
import { Opened } from './opened.js';
import { acquireFolderLock } from './sqlite/folder-lock.js';
import { MemoryCeremonyGate } from './webauthn/memory-ceremony-gate.js';
import type { Tier } from './tier.js';
import type { Logger } from 'pino';

/** The files of a data folder. */
export const FILES = {
  masterKey: 'master.key',
  events: 'events.sqlite',
  keys: 'keys.sqlite',
  readModels: 'read-models.sqlite',
  jobs: 'jobs.sqlite',
  ephemeral: 'ephemeral.sqlite',
  snapshots: 'snapshots.sqlite',
  rateLimits: 'rate-limits.sqlite',
  service: 'service.sqlite',
  checkpoints: 'checkpoints.sqlite',
} as const;

/**
 * Opens the folder for this process alone.
 * @throws FolderInUse where another process has it; where it is another environment's; where the master key is not its own.
 *   Whatever was opened by then is closed again.
 */
export async function openEmbeddedTier(
  settings: Settings,
  clock: AlarmClock,
  metrics: CommandMetrics,
  logger: Logger,
): Promise<Tier> {
  const opened = new Opened();
  try {
    return await openedTier(settings, clock, metrics, logger, opened);
  } catch (failure) {
    await opened.close();
    throw failure;
  }
}

async function openedTier(
  settings: Settings,
  clock: AlarmClock,
  metrics: CommandMetrics,
  logger: Logger,
  opened: Opened,
): Promise<Tier> {
  const file = (name: keyof typeof FILES): string => join(settings.dataFolder, FILES[name]);
  opened.with(acquireFolderLock(settings.dataFolder), (lock) => lock.release());
  const service = opened.closing(openServiceDatabase(file('service')));
  await claimEnvironment(new SqliteEnvironmentStore(service), settings.environment, 'data folder');

  const masterKey = masterKeyFor(settings.masterKey, file('masterKey'));
  const keyring = opened.closing(new SqliteKeyring(file('keys'), masterKey));
  const { keys } = keyring;
  const store = opened.closing(SqliteEventStore.open(file('events')));
  const events = new MeasuredEventStore(store, metrics.appendSeconds);
  const codec = new CanonicalEventCodec<AccountEvent>(ACCOUNT_EVENTS);
  const ephemeral = opened.closing(SqliteEphemeralStore.open(file('ephemeral'), () => clock.now()));
  const snapshots = opened.closing(SqliteSnapshotStore.open(file('snapshots')));
  const rateLimits = opened.closing(
    SqliteRateLimits.open(file('rateLimits'), keys.derive('rate-limits'), () => clock.now()),
  );

  const checkpoints = opened.closing(openCheckpointDatabase(file('checkpoints')));
  const connection = opened.closing(new ReadModelsConnection(file('readModels')));
  const batches = new EventBatches(codec, keyring);
  const progress = new ProjectionProgress();
  const readModels = new SqliteReadModels(connection, PROJECTIONS, progress);
  const projections = new ProjectionRunner(
    PROJECTIONS,
    { events, batches, store: new SqliteProjectionStore(connection) },
    progress,
    logger,
  );

  const jobStore = opened.closing(SqliteJobStore.open(file('jobs'), () => clock.now()));
  const jobs = new SqliteJobQueue(jobStore, clock, logger);
  const processes = new ProcessRunner(PROCESSES, { events, batches, store: jobStore }, logger, clock);
  // What every command writes to. The keys' file moves its own log, for what is destroyed in it must be gone at once.
  const checkpointing = new CheckpointThread([file('events'), file('readModels')]);

  return {
    keys,
    apiKeys: new SqliteApiKeyStore(service),
    signingKeys: new SqliteSigningKeyStore(service),
    eventSigningKeys: new SqliteSigningKeyStore(service, 'event_signing_keys'),
    checkpoints: new SqliteCheckpointStore(checkpoints),
    goneReceivers: new SqliteGoneReceiverStore(service),
    events,
    codec,
    keyring,
    snapshots,
    ephemeral,
    gate: new MemoryCeremonyGate(() => clock.now()),
    rateLimits,
    readModels,
    projections,
    jobs,
    processes,
    closing: [
      { name: 'processes', end: () => processes.stop() },
      { name: 'jobs', end: () => jobs.drain() },
      { name: 'read models', end: () => projections.stop() },
      { name: 'checkpoints of the files', end: () => checkpointing.close() },
      { name: 'stores', end: () => opened.close() },
    ],
  };
}
