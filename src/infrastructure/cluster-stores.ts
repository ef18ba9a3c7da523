import type { AlarmClock } from '../application/ports/clock.js';
import type { OperatorLog } from '../application/operator-log.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { ClusterSettings } from './config/cluster-settings.js';
import { EventStoreDbEventStore } from './event-store/eventstoredb/eventstoredb-event-store.js';
import { PostgresEventStore } from './event-store/postgres/postgres-event-store.js';
import { BullmqJobQueue } from './jobs/bullmq/bullmq-job-queue.js';
import type { MasterKey } from './keys/master-key.js';
import { PostgresKeyring } from './keys/postgres-keyring.js';
import { openStore } from './postgres/open-store.js';
import type { PostgresOptions } from './postgres/postgres-database.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import { READ_MODELS_LAYOUT } from './read-models/postgres/layout.js';
import { RedisConnection } from './redis/redis-connection.js';
import { openPostgresServiceStores } from './service/postgres/open-postgres-service-stores.js';
import type { ServiceStores } from './service/service-stores.js';
import { PostgresSnapshotStore } from './snapshots/postgres-snapshot-store.js';

/** So many connections to PostgreSQL has one process at most, listening aside. Appends that are asked for together share one. */
const CONNECTIONS = { events: 4, keys: 3, snapshots: 3, 'read models': 8, service: 2 } as const;

/** What a cluster keeps, opened part by part. Whoever opens a part closes it. */
export class ClusterStores {
  constructor(
    private readonly settings: ClusterSettings,
    private readonly log: OperatorLog,
  ) {}

  async events(): Promise<EventStore & { close(): Promise<void> }> {
    const { eventStoreDb } = this.settings;
    return eventStoreDb === null
      ? PostgresEventStore.open(this.options('events'))
      : new EventStoreDbEventStore(eventStoreDb);
  }

  keyring(master: MasterKey): Promise<PostgresKeyring> {
    return PostgresKeyring.open(this.options('keys'), master);
  }

  snapshots(): Promise<PostgresSnapshotStore> {
    return PostgresSnapshotStore.open(this.options('snapshots'));
  }

  readModels(): Promise<PostgresDatabase> {
    return openStore(this.options('read models'), READ_MODELS_LAYOUT);
  }

  async service(): Promise<ServiceStores & { close(): Promise<void> }> {
    const database = new PostgresDatabase(this.options('service'));
    try {
      return { ...(await openPostgresServiceStores(database)), close: () => database.close() };
    } catch (failure) {
      await database.close();
      throw failure;
    }
  }

  redis(): Promise<RedisConnection> {
    return RedisConnection.open(this.settings.redis, this.log);
  }

  jobs(redis: RedisConnection, clock: Pick<AlarmClock, 'now'>): Promise<BullmqJobQueue> {
    return openJobs(redis, this.settings.redis, clock, this.log);
  }

  private options(name: keyof typeof CONNECTIONS): PostgresOptions {
    const { address, keysAddress } = this.settings.postgres;
    return {
      address: name === 'keys' ? keysAddress : address,
      name: `latchkey ${name}`,
      maxConnections: CONNECTIONS[name],
    };
  }
}

/** The jobs that a cluster keeps in its Redis. @throws Unavailable */
export function openJobs(
  redis: RedisConnection,
  { prefix }: ClusterSettings['redis'],
  clock: Pick<AlarmClock, 'now'>,
  log: OperatorLog,
): Promise<BullmqJobQueue> {
  return BullmqJobQueue.open(redis, () => clock.now(), log, `${prefix}jobs`);
}
