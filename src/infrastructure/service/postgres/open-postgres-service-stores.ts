import { migrate } from '../../postgres/migrations.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import type { ServiceStores } from '../service-stores.js';
import { PostgresApiKeyStore } from './postgres-api-key-store.js';
import { PostgresCheckpointStore } from './postgres-checkpoint-store.js';
import { PostgresEnvironmentStore } from './postgres-environment-store.js';
import { PostgresGoneReceiverStore } from './postgres-gone-receiver-store.js';
import { PostgresSigningKeyStore } from './postgres-signing-key-store.js';
import { SERVICE_LAYOUT } from './service-layout.js';

/**
 * The stores of all processes that share a database, which stays open, and the caller's to close.
 * @throws WrongLayout where the tables are of another release
 */
export async function openPostgresServiceStores(database: PostgresDatabase): Promise<ServiceStores> {
  await migrate(database, SERVICE_LAYOUT);
  return {
    environment: new PostgresEnvironmentStore(database),
    apiKeys: new PostgresApiKeyStore(database),
    signingKeys: new PostgresSigningKeyStore(database),
    eventSigningKeys: new PostgresSigningKeyStore(database, 'event_signing_keys'),
    checkpoints: new PostgresCheckpointStore(database),
    goneReceivers: new PostgresGoneReceiverStore(database),
  };
}
